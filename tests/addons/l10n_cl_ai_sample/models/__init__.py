from . import account_move, ai_fix, emitter, reminder, reminder_task, toolbox
