"""Build dist/relance, one file, and end by running its self-test as on a machine without time zones."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """0 when the executable is built and complete."""
    subprocess.run([sys.executable, "-m", "scripts.messages", "compile"], cwd=ROOT, check=True)
    build = ["-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", str(ROOT / "scripts" / "relance.spec")]
    places = ["--distpath", str(ROOT / "dist"), "--workpath", str(ROOT / "build")]
    subprocess.run([sys.executable, *build, *places], cwd=ROOT, check=True)
    executable = ROOT / "dist" / ("relance.exe" if os.name == "nt" else "relance")
    with tempfile.TemporaryDirectory() as folder:
        bare = {**os.environ, "PYTHONTZPATH": "", "RELANCE_DATA_DIR": str(Path(folder) / "data")}
        bare.pop("PYTHONPATH", None)
        subprocess.run([str(executable), "selftest"], cwd=folder, env=bare, check=True)
    print(f"{executable}: {executable.stat().st_size / 1e6:.0f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
