"""Reading what start pages show."""

from app.home.queries.company import Colleague, Colleagues, get_colleagues
from app.home.queries.learner import MyPage, MyRun, get_my_page
from app.home.queries.staff import Draft, Latest, OpenList, Todo, find_latest, get_todo, list_drafts, list_open_lists
from app.home.queries.start import Front, get_front

__all__ = [
    "Colleague",
    "Colleagues",
    "Draft",
    "Front",
    "Latest",
    "MyPage",
    "MyRun",
    "OpenList",
    "Todo",
    "find_latest",
    "get_colleagues",
    "get_front",
    "get_my_page",
    "get_todo",
    "list_drafts",
    "list_open_lists",
]
