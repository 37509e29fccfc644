from . import account_move, ai_fix, alert, emitter, reminder, reminder_task, toolbox
