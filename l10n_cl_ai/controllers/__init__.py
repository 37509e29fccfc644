from . import api, api_chat, chat, observe
