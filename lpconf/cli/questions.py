"""Answers from options, from a person at a terminal, or from defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import click


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `word` is the option's name without its dashes.

    Without a default it wants an answer; with an empty one, none will do. Of choices the first is the default.
    """

    word: str
    text: str
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Interview:
    """Finds answers: an option's value, else a person's where one can be asked, else the default.

    `check` takes a question's word and an answer, and raises ValueError with what is wrong.
    """

    given: Mapping[str, str]
    check: Callable[[str, str], None]
    can_ask: bool
    missing: list[str] = field(default_factory=list)
    """The options that would have been needed, where nobody can be asked."""

    def answers(self, questions: Iterable[Question]) -> dict[str, str]:
        """The answers by the questions' words."""
        return {question.word: self.answer(question) for question in questions}

    def answer(self, question: Question) -> str:
        """The answer. A person's wrong ones are explained and asked again; a wrong option is a usage error."""
        if question.word in self.given:
            try:
                return self._checked(question, self.given[question.word])
            except click.UsageError as error:
                raise click.UsageError(f"--{question.word}: {error.message}") from None
        if self.can_ask:
            return self._ask(question)
        default = question.choices[0] if question.choices else question.default
        if default is None:
            self.missing.append(f"--{question.word}")
        return default or ""

    def _ask(self, question: Question) -> str:
        if question.choices:
            choice = click.Choice(question.choices)
            return str(
                click.prompt(
                    question.text,
                    default=question.choices[0],
                    type=choice,
                    value_proc=lambda text: choice.convert(_whole(text.strip(), question.choices), None, None),
                    err=True,
                )
            )
        return str(
            click.prompt(
                question.text,
                default=question.default,
                show_default=bool(question.default),
                value_proc=lambda text: self._checked(question, text.strip()),
                err=True,
            )
        )

    def _checked(self, question: Question, text: str) -> str:
        if question.choices or (not text and question.default == ""):
            return text
        try:
            self.check(question.word, text)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        return text


def _whole(answer: str, choices: Iterable[str]) -> str:
    """The choice that an answer begins, such as yes for y; the answer itself where that is none or several."""
    meant = [choice for choice in choices if answer and choice.startswith(answer.lower())]
    return meant[0] if len(meant) == 1 else answer
