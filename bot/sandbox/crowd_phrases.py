"""What simulated people say; a bot that understands none of it is a bot in real life."""

from __future__ import annotations

from random import Random

PHRASES: dict[str, tuple[str, ...]] = {
    "en": ("hello there", "thanks!", "what can you do?", "nice 👍", "one more question", "ok"),
    "de": ("hallo zusammen", "danke!", "was kannst du?", "schön 👍", "noch eine Frage", "gut"),
    "es": ("¡hola!", "gracias", "¿qué sabes hacer?", "genial 👍", "otra pregunta", "vale"),
    "pt-br": ("oi, gente", "obrigado!", "o que você faz?", "legal 👍", "mais uma pergunta", "tá"),
    "ru": ("привет", "спасибо!", "что ты умеешь?", "класс 👍", "ещё один вопрос", "ладно"),
    "fr": ("bonjour", "merci !", "que sais-tu faire ?", "super 👍", "encore une question"),
    "it": ("ciao", "grazie!", "che cosa sai fare?", "bello 👍", "un'altra domanda"),
    "uk": ("привіт", "дякую!", "що ти вмієш?", "клас 👍", "ще одне питання"),
    "tr": ("merhaba", "teşekkürler!", "neler yapabilirsin?", "güzel 👍", "bir soru daha"),
}


def phrase(chance: Random, language: str) -> str:
    """Something that a speaker of *language* would say."""
    return chance.choice(PHRASES.get(language, PHRASES["en"]))
