"""A key that was committed long ago is found, taken out, rotated by people, and kept out."""

from tests.stories import shop
from tests.stories.moves import Call, Event, Move, Seen, Story
from tests.stories.words import Language, Words
from tests.stories.world import Production, World

KEY = "AKIA" + "Z7QHM4TXW2RN5KCE"
BEFORE = f'"""Where receipts are kept."""\n\nBUCKET = "shop-receipts"\nACCESS_KEY = "{KEY}"\n'
AFTER = '"""Where receipts are kept."""\n\nimport os\n\nBUCKET = "shop-receipts"\nACCESS_KEY = os.environ["RECEIPTS_ACCESS_KEY"]\n'
FILE = "shop/receipts.py"


def story(world: World, _production: Production) -> Story:
    """The key was committed last year, and stands there still."""
    world.commit("Receipts", **{**shop.FILES, FILE: BEFORE, "devops.yaml": shop.brief(world.port)})
    world.commit("A second test", **{"tests/test_prices.py": "def test_prices():\n    assert True\n"})

    def next_move(seen: Seen) -> Move | None:
        scans = seen.times("scan_secrets")
        if not scans:
            return Call(SCAN, "scan_secrets", {"history": True}, show=FOUND)
        leak = next(iter(seen.all("scan_secrets")[0]["leaks"]), None)
        if leak is None:
            return None
        if not seen.times("escalate"):
            return Call(TELL, "escalate", _escalation(leak, world.language), show=("to", "routes.status"))
        if not seen.times("read"):
            return Call(READ, "read", {"path": leak["path"]}, show=("content", "sha256"))
        if not seen.times("write"):
            bad = {"path": "shop/keys.py", "content": f'ACCESS_KEY = "{KEY}"\n'}
            return Call(PUT_IT_ELSEWHERE, "write", bad)
        if FILE not in seen.written():
            arguments = {"path": FILE, "content": AFTER, "sha256": seen.last("read")["sha256"]}
            return Call(TAKE_OUT, "write", arguments)
        if not seen.times("bash"):
            command = 'git add --all && git commit --quiet --message "The key comes from the environment"'
            return Call(COMMIT, "bash", {"command": command}, show=("exit_status",))
        if scans == 1:
            return Call(AGAIN, "scan_secrets", {"history": True}, show=FOUND)
        if not seen.events:
            return Event(ROTATED, lambda: None)
        if ".secrets.baseline.yaml" not in seen.written():
            gone = {
                "path": ".secrets.baseline.yaml",
                "content": _baseline(seen.last("scan_secrets")["leaks"][0], world.language),
            }
            return Call(ACCEPT, "write", gone)
        if scans == 2:
            return Call(CLEAN, "scan_secrets", {"history": True}, show=("leaks", "accepted"))
        return None

    return Story(TITLE, OPENING, next_move, ENDING, hidden={KEY: "AKIA…"})


def _escalation(leak: dict[str, object], language: Language) -> dict[str, object]:
    where = {"path": leak["path"], "line": leak["line"]}
    return {
        "situation": "secrets_or_network",
        "reason": WHO.of(language).format(**where),
        "done_so_far": DONE.of(language),
        "obstacle": OBSTACLE.of(language),
        "options": [each.of(language) for each in OPTIONS],
        "files": [str(leak["path"])],
    }


def _baseline(leak: dict[str, object], language: Language) -> str:
    return (
        "accepted:\n"
        f"  - fingerprint: {leak['fingerprint']}\n    path: {leak['path']}\n"
        f"    reason: {HARMLESS.of(language)}\n"
    )


WHO = Words("Une clé se trouve dans {path}, ligne {line} : qui peut la renouveler ?",
            "A key stands in {path}, line {line}: who can rotate it?")  # fmt: skip
DONE = Words(
    "Trouvée ; rien n'a été changé. Quiconque a lu le dépôt peut l'avoir.",
    "Found; nothing was changed. Whoever has read the repository may have it.",
)
OBSTACLE = Words(
    "Seul le titulaire du compte peut créer une nouvelle clé et supprimer l'ancienne.",
    "Only the owner of the account can make a new key and end the old one.",
)
OPTIONS = (
    Words("La renouveler maintenant : un redémarrage, aucun coût.", "Rotate now: one restart, no cost."),
    Words(
        "Réécrire aussi l'histoire : chaque clone est à refaire, et cela ne protège de personne qui l'a déjà lue.",
        "Rewrite the history as well: every clone must be made anew, and it protects from nobody who has read it.",
    ),
)
HARMLESS = Words("Renouvelée le 2026-11-26 ; la valeur dans l'histoire n'ouvre plus rien.",
                 "Rotated on 2026-11-26; the value in the history opens nothing any more.")  # fmt: skip
FOUND = ("leaks.path", "leaks.line", "leaks.rule")
TITLE = Words("Un secret est trouvé", "A secret is found")
OPENING = Words(
    "Une clé a été enregistrée dans le dépôt il y a longtemps. Dans cette page comme dans tout ce que l'agent reçoit, "
    "sa valeur n'apparaît pas.",
    "A key was committed to the repository long ago. In this page, as in all that the agent receives, its value does not "
    "appear.",
)
SCAN = Words("Les fichiers, et tout ce que git a jamais contenu.", "The files, and everything that git ever held.")
TELL = Words(
    "Une clé trouvée est une clé à changer, et l'agent ne le peut pas. La fiche dit à qui le dire : `securite`.",
    "A key that was found is a key to rotate, which the agent cannot do. The card says whom to tell: `securite`.",
)
READ = Words(
    "L'agent lit le fichier ; le serveur masque la valeur.", "The agent reads the file; the server hides the value."
)
PUT_IT_ELSEWHERE = Words(
    "Et si quelqu'un lui dicte la clé pour la ranger ailleurs ? Le serveur n'écrit pas de secret dans un fichier versionné.",
    "What if somebody dictates the key, to put it elsewhere? The server writes no secret into a versioned file.",
)
TAKE_OUT = Words("La bonne façon : le programme la lit dans son environnement.",
                 "The right way: the program reads it from its environment.")  # fmt: skip
COMMIT = Words("L'agent enregistre.", "The agent commits.")
AGAIN = Words("Les fichiers sont propres. L'histoire, non.", "The files are clean. The history is not.")
ROTATED = Words(
    "Une personne de l'équipe `securite` crée une nouvelle clé, la met dans l'environnement de production, et supprime "
    "l'ancienne.",
    "Somebody of `securite` makes a new key, sets it in production's environment, and ends the old one.",
)
ACCEPT = Words(
    "Maintenant seulement, ce qui reste dans l'histoire est sans danger : on le note, par son empreinte, avec une raison.",
    "Only now is what remains in the history harmless: it is noted, by its fingerprint, with a reason.",
)
CLEAN = Words("Une nouvelle clé oubliée se verrait.", "A new forgotten key would show.")
ENDING = Words(
    "La clé est changée, le programme ne la contient plus, et la raison de l'exception est versionnée.",
    "The key is rotated, the program holds it no more, and the reason of the exception is versioned.",
)
