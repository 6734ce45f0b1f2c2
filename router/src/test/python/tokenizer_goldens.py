"""Trains small tokenizers built as well-known models' are, and has Hugging Face's library tokenize texts: for TokenizerGoldenTest.

    python3 -m venv /tmp/goldens && /tmp/goldens/bin/pip install tokenizers==0.23.3
    /tmp/goldens/bin/python router/src/test/python/tokenizer_goldens.py router/src/test/resources/tokenizers

The vocabularies are tiny and of text made up here, with a fixed seed; what stands around them (normalizer, pre-tokenizer,
post-processor, added tokens) is what the model named has. Each gets a FOLDER/NAME/tokenizer.json and .../goldens.json.
"""

import json
import random
import sys
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

SEED = 7
LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
O200K = (
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
    r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SENTENCES = [
    "The cache holds blocks of keys and values, and the router picks an engine that has them.",
    "Der Speicher hält Blöcke; wer sie schon hat, rechnet nicht noch einmal.",
    "Le cache garde les blocs déjà calculés, c'est plus rapide.",
    "カッシュはブロックを保持します。二度計算しません。",
    "Кэш хранит блоки ключей и значений.",
    "ذاكرة التخزين المؤقت تحفظ الكتل",
    "for (int i = 0; i < blocks.size(); i++) {\n    sum += blocks.get(i).tokens();\n}\n",
    '{"name": "get_weather", "arguments": {"city": "Bern", "days": 3}}',
    "I'm sure you'll say it's what they've done, don't you?",
    "user assistant system tool function You are a helpful assistant. think answer",
    "1234567890 3.14159 2026-07-04 0x7f\t\ttabs\r\nand  lines\n\n\nmore",
    "😀 👩‍👩‍👧‍👦 🏳️‍🌈 é e\u0301 ﬁ ½ Å",
]
TEXTS = SENTENCES + [
    "",
    " ",
    "a",
    "  leading and trailing  ",
    "\n\nx\n",
    "a\u0301\u0327b\u00a0c\u3000d\u200be",
    "x\ny\n\nz\n y\r\nw\t\n v",
    "\x00\x01\x7f\ufeff\ufffd",
    "".join(chr(c) for c in range(0x20, 0x250)),
    "The " * 300,
]


def corpus():
    rng = random.Random(SEED)
    words = [word for each in SENTENCES for word in each.split(" ")]
    lines = list(SENTENCES) * 20
    for _ in range(400):
        lines.append(" ".join(rng.choice(words) for _ in range(rng.randint(3, 20))))
    return lines


def special(*contents, **flags):
    return [AddedToken(each, special=True, normalized=False, **flags) for each in contents]


def plain(*contents, **flags):
    return [AddedToken(each, special=False, **flags) for each in contents]


def byte_level(pattern, vocabulary=900, **model):
    made = Tokenizer(models.BPE(**model))
    whole = pattern is None
    byte = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=whole)
    split = [] if whole else [pre_tokenizers.Split(Regex(pattern), "isolated", False)]
    made.pre_tokenizer = byte if whole else pre_tokenizers.Sequence([*split, byte])
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
    )
    made.train_from_iterator(corpus(), trainer)
    return made


def bos(made, token, byte=True):
    template = processors.TemplateProcessing(
        single=f"{token} $A", pair=f"{token} $A {token} $B", special_tokens=[(token, made.token_to_id(token))]
    )
    made.post_processor = (
        processors.Sequence([processors.ByteLevel(trim_offsets=False), template]) if byte else template
    )


def llama3():
    made = byte_level(LLAMA3, ignore_merges=True)
    made.add_tokens(
        special("<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")
    )
    bos(made, "<|begin_of_text|>")
    return made


def qwen2():
    made = byte_level(QWEN2)
    made.normalizer = normalizers.NFC()
    made.add_tokens(special("<|endoftext|>", "<|im_start|>", "<|im_end|>"))
    made.add_tokens(plain("<tool_call>", "</tool_call>", "<think>", "</think>", normalized=False))
    made.post_processor = processors.ByteLevel(trim_offsets=False)
    return made


def gpt2():
    made = byte_level(None)
    made.add_tokens(special("<|endoftext|>") + plain("<|im_start|>", "<|im_end|>", "word", normalized=True))
    made.post_processor = processors.ByteLevel(trim_offsets=False)
    return made


def o200k():
    made = byte_level(O200K)
    made.add_tokens(special("<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|return|>", "<|call|>"))
    made.post_processor = processors.ByteLevel(trim_offsets=True)
    return made


def sentence_piece(vocabulary=900):
    """As Llama 2's: BPE over whole texts in which ▁ stands for a blank, one more in front, bytes for what is unknown."""
    made = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    training = Tokenizer(models.BPE(unk_token="<unk>"))
    training.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=["<unk>", "<s>", "</s>", *[f"<0x{byte:02X}>" for byte in range(256)]],
        limit_alphabet=200,
        show_progress=False,
    )
    training.train_from_iterator(corpus(), trainer)
    model = json.loads(training.to_str())["model"]
    merges = [tuple(each) if isinstance(each, list) else tuple(each.split(" ")) for each in model["merges"]]
    return Tokenizer(
        models.BPE(model["vocab"], merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    )


def llama2():
    made = sentence_piece()
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    made.add_special_tokens(special("<unk>", "<s>", "</s>"))
    bos(made, "<s>", byte=False)
    return made


def mistral():
    made = sentence_piece()
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    made.add_special_tokens(special("<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[TOOL_CALLS]"))
    bos(made, "<s>", byte=False)
    return made


def phi3():
    made = sentence_piece()
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    made.add_special_tokens(special("<unk>", "<s>"))
    made.add_special_tokens(special("</s>", "<|user|>", "<|assistant|>", "<|end|>", rstrip=True))
    return made


def unigram():
    """As T5's and XLM-RoBERTa's: Unigram over words, an end token, and a mask that takes the blanks before it."""
    made = Tokenizer(models.Unigram())
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    trainer = trainers.UnigramTrainer(
        vocab_size=700, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    made.train_from_iterator(corpus(), trainer)
    made.add_special_tokens(special("<pad>", "</s>", "<unk>", "<extra_id_0>", "<extra_id_1>"))
    made.add_special_tokens([AddedToken("<mask>", special=True, normalized=False, lstrip=True)])
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", made.token_to_id("</s>"))]
    )
    return made


def texts(made, rng):
    added = [each.content for each in made.get_added_tokens_decoder().values()]
    mixed = []
    for _ in range(16):
        parts = [rng.choice(TEXTS if rng.random() < 0.6 else added) for _ in range(rng.randint(1, 8))]
        mixed.append(rng.choice(["", "", " ", "\n", "x"]).join(parts))
    return TEXTS + mixed


def main(folder):
    for kind in (llama3, qwen2, gpt2, o200k, llama2, mistral, phi3, unigram):
        made = kind()
        home = folder / kind.__name__
        home.mkdir(parents=True, exist_ok=True)
        made.save(str(home / "tokenizer.json"), pretty=False)
        goldens = [
            {
                "text": text,
                "ids": made.encode(text, add_special_tokens=False).ids,
                "withSpecials": made.encode(text).ids,
            }
            for text in texts(made, random.Random(SEED))
        ]
        (home / "goldens.json").write_text(json.dumps(goldens, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
