"""What a client works towards, and how it is measured."""

from services.treatment.goals import Goal as Goal
from services.treatment.goals import add_goal as add_goal
from services.treatment.goals import change_goal as change_goal
from services.treatment.goals import close_goal as close_goal
from services.treatment.goals import list_goals as list_goals
from services.treatment.goals import move_goal as move_goal
from services.treatment.goals import open_goals as open_goals
from services.treatment.goals import reopen_goal as reopen_goal
from services.treatment.measurements import Score as Score
from services.treatment.measurements import Series as Series
from services.treatment.measurements import add_measurement as add_measurement
from services.treatment.measurements import remove_measurement as remove_measurement
from services.treatment.measurements import series as series
