from . import api, api_chat, chat, observe
from . import api, api_chat, api_sii, chat
