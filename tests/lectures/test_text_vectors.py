"""Vectors of words from their letters, and of documents from their words."""

import re
from collections import Counter
from pathlib import Path

import pytest

import autograd as torch
import nn
import nn.functional as F
import optim

SHAKESPEARE = Path(__file__).parents[3] / "shared" / "data" / "text" / "tinyshakespeare.txt"
needs_shakespeare = pytest.mark.skipif(not SHAKESPEARE.is_file(), reason="the text is not at hand")


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def most_frequent(words: list[str], count: int) -> list[str]:
    return [word for word, _ in Counter(words).most_common(count)]


def parts(word: str) -> list[str]:
    """The word with its ends marked, and all strings of three to five characters in it."""
    marked = f"<{word}>"
    pieces = {marked[i : i + n] for n in (3, 4, 5) for i in range(len(marked) - n + 1)}
    return sorted(pieces | {marked})


class WordsFromParts(nn.Module):
    """A word's vector is the mean of those of its parts; words never seen have vectors too."""

    def __init__(self, vocabulary: list[str], size: int) -> None:
        super().__init__()
        known = sorted({part for word in vocabulary for part in parts(word)})
        self.numbers = {part: i for i, part in enumerate(known)}
        self.bag = nn.EmbeddingBag(len(known), size, mode="mean")

    def forward(self, words: list[str]) -> torch.Tensor:
        """Vectors (N, size) of N words."""
        bags = [[self.numbers[part] for part in parts(word) if part in self.numbers] for word in words]
        offsets = torch.tensor([0] + [len(bag) for bag in bags]).cumsum(0)[:-1]
        return self.bag(torch.tensor([number for bag in bags for number in bag]), offsets)


def pairs(text: list[str], vocabulary: list[str]) -> torch.Tensor:
    """Numbers (P, 2) of words of the vocabulary that are neighbours, or next to neighbours, in the text."""
    numbers = {word: i for i, word in enumerate(vocabulary)}
    found = torch.tensor([numbers.get(word, -1) for word in text])
    near = torch.cat([torch.stack([found[apart:], found[:-apart]], dim=1) for apart in (1, 2)])
    near = near[(near >= 0).all(dim=1)]
    return torch.cat([near, near.flip(1)])


def stems_shared(seed: int) -> tuple[list[float], float, list[str]]:
    """Losses, the share of words whose nearest neighbour begins alike, and the words nearest to one never seen.

    Alike: with the same four letters. The share is of words of five letters or more to which any other begins alike.
    """
    torch.manual_seed(seed)
    text = words_of(SHAKESPEARE.read_text(encoding="utf-8")[:400_000])
    vocabulary = most_frequent(text, 1000)
    near = pairs(text, vocabulary)
    model, contexts = WordsFromParts(vocabulary, 24), nn.Linear(24, len(vocabulary))
    optimizer = optim.Adam([*model.parameters(), *contexts.parameters()], lr=0.02)
    losses = []
    for _ in range(200):
        words, neighbours = near[torch.randint(len(near), (512,))].unbind(1)
        optimizer.zero_grad()
        loss = F.cross_entropy(contexts(model([vocabulary[i] for i in words.tolist()])), neighbours)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    with torch.no_grad():
        directions = F.normalize(model(vocabulary))
        unseen = F.normalize(model(["unspeakably"]))
    nearest = (directions @ directions.T).fill_diagonal_(-2).argmax(dim=1).tolist()
    stems = Counter(word[:4] for word in vocabulary)
    shared = [
        vocabulary[nearest[i]][:4] == word[:4]
        for i, word in enumerate(vocabulary) if len(word) >= 5 and stems[word[:4]] > 1
    ]  # fmt: skip
    closest = [vocabulary[i] for i in (directions @ unseen[0]).topk(5).indices.tolist()]
    return losses, sum(shared) / len(shared), closest


@needs_shakespeare
@pytest.mark.usefixtures("one_thread")
def test_neighbours_of_words_made_of_parts_share_stems() -> None:
    """Lecture row L4-28, FastText (Bojanowski et al., 2017), here with a softmax over the words round each word."""
    losses, shared, closest = stems_shared(seed=0)
    assert sum(losses[-20:]) < sum(losses[:20]) - 20 * 0.5
    assert shared >= 0.3, shared
    assert any(word.startswith("speak") for word in closest), closest


def speeches(speakers: int, length: int) -> tuple[list[list[str]], torch.Tensor]:
    """Documents of `length` words by those who speak most, and who speaks (N,)."""
    spoken: dict[str, list[str]] = {}
    for speech in SHAKESPEARE.read_text(encoding="utf-8").split("\n\n"):
        name, _, said = speech.partition(":\n")
        spoken.setdefault(name, []).extend(words_of(said))
    most = sorted(spoken.values(), key=len, reverse=True)[:speakers]
    documents = [
        (said[start : start + length], who)
        for who, said in enumerate(most) for start in range(0, len(said) - length + 1, length)
    ]  # fmt: skip
    return [words for words, _ in documents], torch.tensor([who for _, who in documents])


def document_vectors(documents: list[list[str]]) -> torch.Tensor:
    """Directions (N, 8) that tell, through one linear layer, how often each of 800 words occurs in each document."""
    vocabulary = most_frequent([word for words in documents for word in words], 800)
    counts = torch.tensor([[Counter(words)[word] for word in vocabulary] for words in documents], dtype=torch.float32)
    vectors, words = nn.Embedding(len(documents), 8), nn.Linear(8, len(vocabulary))
    with torch.no_grad():
        vectors.weight.mul_(0.1)
        words.bias.copy_((counts.sum(dim=0) / counts.sum()).log())
    optimizer = optim.Adam([*vectors.parameters(), *words.parameters()], lr=0.05)
    for _ in range(60):
        optimizer.zero_grad()
        (-(counts * words(vectors.weight).log_softmax(dim=1)).sum() / counts.sum()).backward()
        optimizer.step()
    found = vectors.weight.detach()
    return F.normalize(found - found.mean(dim=0))


def speakers_told(seed: int) -> float:
    """The share of every second document that is nearest to the mean of its speaker's others; chance is about 1/4."""
    torch.manual_seed(seed)
    documents, who = speeches(speakers=4, length=300)
    vectors = document_vectors(documents)
    known = torch.arange(len(who)) % 2 == 0
    means = torch.stack([vectors[known & (who == speaker)].mean(dim=0) for speaker in range(4)])
    return ((vectors[~known] @ means.T).argmax(dim=1) == who[~known]).float().mean().item()


@needs_shakespeare
@pytest.mark.usefixtures("one_thread")
def test_vectors_of_documents_tell_who_speaks() -> None:
    """Lecture row L4-28, paragraph vectors (Le, Mikolov, 2014) that tell bags of words; labels play no part in them."""
    told = speakers_told(seed=0)
    assert told >= 0.65, told
