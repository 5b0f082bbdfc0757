"""Recurrent networks answer with what they read or saw: tags, places, dates, captions."""

import datetime

import pytest

import autograd as torch
import nn
from tests.lectures.classifiers import Batch, accuracy, right, train

pytestmark = pytest.mark.usefixtures("one_thread")

MONTHS = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
]  # fmt: skip
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789 -"
NAMES, PLACES = ("anna", "boris", "clara", "daniel"), ("kitchen", "garden", "office", "hall", "cellar")
VERBS = ("went", "moved", "ran", "travelled")


def numbered(texts: list[str], length: int) -> torch.Tensor:
    """Characters as numbers from 1, and 0 behind shorter texts: (N, length)."""
    rows = [[ALPHABET.index(character) + 1 for character in text] for text in texts]
    return torch.tensor([row + [0] * (length - len(row)) for row in rows])


class Tagger(nn.Module):
    """From characters (N, T) to logits of two tags for each, (N, T, 2)."""

    def __init__(self) -> None:
        super().__init__()
        self.vectors = nn.Embedding(len(ALPHABET) + 1, 16)
        self.lstm = nn.LSTM(16, 32, batch_first=True, bidirectional=True)
        self.head = nn.Linear(64, 2)

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(self.vectors(text))[0])


def sounding(name: str) -> list[int]:
    """Which letters are vowels: a, e, i, o, u; and y, unless a vowel follows."""
    following = name[1:] + " "
    return [int(c in "aeiou" or (c == "y" and after not in "aeiou")) for c, after in zip(name, following, strict=True)]


def names(count: int, length: int = 10) -> Batch:
    """Made-up names of syllables (count, length), and the vowels among their letters."""
    consonants, vowels = "bcdfghjklmnprstvwyz", "aeiouy"
    picks = torch.randint(0, 10**6, (count, length)).tolist()
    texts = []
    for row in picks:
        text, number = "", iter(row)
        while len(text) < length:
            pick = next(number)
            text += consonants[pick % 19] + (vowels[pick // 19 % 6] if pick % 7 else "")
        texts.append(text[:length])
    return numbered(texts, length), torch.tensor([sounding(text) for text in texts])


def tags_vowels(seed: int) -> float:
    torch.manual_seed(seed)
    model = Tagger()
    train(model, lambda: names(32), 150)
    return accuracy(model, *names(300))


def test_an_lstm_tags_vowels_in_names() -> None:
    """A tag for each letter (L4-19); of y, only what follows tells whether it is one."""
    assert tags_vowels(seed=0) >= 0.99


VOCABULARY = (*NAMES, *PLACES, *VERBS)


class Answerer(nn.Module):
    """From the words of a story and, last, of the question (N, T) to logits of places (N, places)."""

    def __init__(self) -> None:
        super().__init__()
        self.vectors = nn.Embedding(len(VOCABULARY), 32)
        self.lstm = nn.GRU(32, 64, batch_first=True)
        self.head = nn.Linear(64, len(PLACES))

    def forward(self, text: torch.Tensor) -> torch.Tensor:
        return self.head(self.lstm(self.vectors(text))[0][:, -1])


def stories(count: int, sentences: int = 3) -> Batch:
    """As bAbI's first task: who went where, some of them several times, and where one of them is now.

    The question, the name alone, stands before the story and behind it.
    """
    texts, answers = [], []
    picks = torch.randint(0, len(NAMES) * len(PLACES) * len(VERBS), (count, sentences)).tolist()
    asked = torch.randint(0, sentences, (count,)).tolist()
    for row, sentence in zip(picks, asked, strict=True):
        said = [(NAMES[pick % 4], VERBS[pick // 4 % 4], pick // 16) for pick in row]
        who = said[sentence][0]
        answers.append(next(place for name, _, place in reversed(said) if name == who))
        words = [who, *(word for name, verb, place in said for word in (name, verb, PLACES[place])), who]
        texts.append([VOCABULARY.index(word) for word in words])
    return torch.tensor(texts), torch.tensor(answers)


def answers_questions(seed: int) -> float:
    torch.manual_seed(seed)
    model = Answerer()
    train(model, lambda: stories(64), 800, lr=0.01)
    return accuracy(model, *stories(500))


def test_a_gru_answers_where_somebody_is() -> None:
    """Questions about stories as in bAbI's first task, made here (L4-19)."""
    assert answers_questions(seed=0) >= 0.95


class Translator(nn.Module):
    """From texts (N, T) and the characters (N, S) before each of those to write to logits (N, S, characters).

    The state after reading goes to a GRU that writes; each of its outputs attends to those of the reader.
    """

    def __init__(self, hidden: int = 64) -> None:
        super().__init__()
        self.vectors = nn.Embedding(len(ALPHABET) + 1, 32)
        self.reader = nn.GRU(32, hidden // 2, batch_first=True, bidirectional=True)
        self.writer = nn.GRU(32, hidden, batch_first=True)
        self.head = nn.Linear(2 * hidden, len(ALPHABET) + 1)

    def forward(self, texts_and_written: torch.Tensor) -> torch.Tensor:
        texts, written = texts_and_written[:, :-10], texts_and_written[:, -10:]
        read, last = self.reader(self.vectors(texts))
        outputs, _ = self.writer(self.vectors(written), torch.cat([last[0], last[1]], 1).unsqueeze(0))
        seen = nn.functional.scaled_dot_product_attention(outputs, read, read)
        return self.head(torch.cat([outputs, seen], 2))


def dates(count: int, held_out: bool = False) -> Batch:
    """Dates such as "3 may 1999" in 18 characters, then the first nine of 1999-05-03 behind a 0; and all ten.

    Every fifth day is held out.
    """
    days = (5 * torch.randint(0, 60 * 73, (count,)) + (4 if held_out else torch.randint(0, 4, (count,)))).tolist()
    found = [datetime.date(1960, 1, 1) + datetime.timedelta(day) for day in days]
    texts = numbered([f"{date.day} {MONTHS[date.month - 1]} {date.year}" for date in found], 18)
    iso = numbered([date.isoformat() for date in found], 10)
    return torch.cat([texts, torch.zeros(count, 1, dtype=torch.int64), iso[:, :-1]], 1), iso


def translates(seed: int) -> float:
    """How many dates are right when each character that was written is read for the next."""
    torch.manual_seed(seed)
    model = Translator()
    train(model, lambda: dates(48), 300, lr=0.006)
    inputs, iso = dates(300, held_out=True)
    inputs[:, -10:] = 0
    for place in range(9):
        with torch.no_grad():
            inputs[:, place - 9] = model(inputs)[:, place].argmax(1)
    return right(model, inputs, iso).all(1).float().mean().item()


def test_a_network_with_attention_translates_dates() -> None:
    """From "3 may 1999" to "1999-05-03", no character wrong (L0-44)."""
    assert translates(seed=0) >= 0.95
