"""An MLflow server of a test's own, to stop and to start again at the same address."""

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from support.servers import ANSWERS_WITHIN, free_port, wait_for_answer


class MlflowServer:
    """`mlflow server` on a store of its own; its helpers outlive it, so that its group is ended."""

    def __init__(self, folder: Path, artifacts: str = "", database: str = ""):
        """Args: artifacts: where it keeps those of runs; default a folder of its own. database: default a sqlite file of its own."""
        self.folder, self.port, self.process = folder, free_port(), None
        self.artifacts = artifacts or str(folder / "artifacts")
        self.database = database or f"sqlite:///{folder}/mlflow.db"
        folder.mkdir()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "mlflow", "server", "--backend-store-uri", self.database,
                 "--artifacts-destination", self.artifacts, "--port", str(self.port)],
                cwd=self.folder, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_for_answer(f"{self.uri}/health", self.process, lambda: (self.folder / "log").read_text())
        # The first that its database takes part in: the tables are made then, which a first contact's 5 s may be too short for.
        first = f"{self.uri}/api/2.0/mlflow/experiments/search?max_results=1"
        urllib.request.urlopen(first, timeout=ANSWERS_WITHIN).close()

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def hang(self) -> None:
        """Until `go_on`: connections are taken and nothing is answered."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.killpg(self.process.pid, signal.SIGCONT)
