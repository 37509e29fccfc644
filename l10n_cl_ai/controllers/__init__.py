from . import api, api_chat, api_sii, chat, observe
