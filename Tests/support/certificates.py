"""Certificates for loopback, made with OpenSSL."""

import subprocess
from pathlib import Path


def make_certificate(directory: Path, name: str = "agent") -> dict[str, str]:
    """A certificate that signs itself, and its key, as the agent's settings."""
    certificate, key = directory / f"{name}.pem", directory / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={name}", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost", "-keyout", key,
         "-out", certificate],
        check=True, capture_output=True, timeout=60)
    return {"TLS_CERTIFICATE_FILE": str(certificate), "TLS_KEY_FILE": str(key)}
