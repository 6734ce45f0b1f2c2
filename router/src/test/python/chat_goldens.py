"""Renders chats by Hugging Face's rules with Jinja itself, for ChatTemplateGoldenTest: the templates' oracle.

    python3 -m venv /tmp/goldens && /tmp/goldens/bin/pip install jinja2==3.1.6
    /tmp/goldens/bin/python router/src/test/python/chat_goldens.py router/src/test/resources/chat

Each template of FOLDER/templates is rendered with each case of FOLDER/cases.json; what comes out, or the complaint that the
template raises, is written to FOLDER/goldens.json; and what comes of each small template of FOLDER/snippets.json, where there is
one, to FOLDER/snippets-goldens.json. The environment is that of transformers'
utils/chat_template_utils.py (trim_blocks, lstrip_blocks, loop controls, the generation tag, tojson that escapes nothing for
HTML, raise_exception, strftime_now), whose clock here stands at 4 July 2026, 09:05:03.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

NOW = datetime(2026, 7, 4, 9, 5, 3)


class Generation(jinja2.ext.Extension):
    """{% generation %}…{% endgeneration %}: marks what the model wrote, and renders as its body."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_body"), [], [], body).set_lineno(line)

    def _body(self, caller):
        return caller()


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    made = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )
    made.filters["tojson"] = tojson
    made.globals["raise_exception"] = raise_exception
    made.globals["strftime_now"] = NOW.strftime
    return made


def render(template, context):
    try:
        return {"text": template.render(**context)}
    except jinja2.exceptions.TemplateError as complaint:
        return {"raises": str(complaint)}
    except Exception as failure:  # what Python itself refuses, as None + "text"
        return {"fails": type(failure).__name__}


def main(folder):
    cases = json.loads((folder / "cases.json").read_text())
    made = environment()
    goldens = {}
    for file in sorted((folder / "templates").glob("*.jinja")):
        template = made.from_string(file.read_text())
        goldens[file.stem] = {name: render(template, context) for name, context in cases.items()}
    write(folder / "goldens.json", goldens)
    if (folder / "snippets.json").exists():
        snippets = json.loads((folder / "snippets.json").read_text())
        write(folder / "snippets-goldens.json", [snippet(made, each, snippets["context"]) for each in snippets["snippets"]])


def snippet(made, source, context):
    try:
        template = made.from_string(source)
    except jinja2.exceptions.TemplateError as complaint:
        return {"raises": str(complaint)}
    return render(template, context)


def write(file, value):
    file.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
