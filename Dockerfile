# One Dockerfile for the six processes: docker build --build-arg SERVICE=funds .
# Base image and package index are arguments: many networks reach only a mirror of their own.
ARG PYTHON_IMAGE=python:3.13-slim-trixie

FROM ${PYTHON_IMAGE} AS build
ARG PIP_INDEX_URL
ENV PIP_INDEX_URL=${PIP_INDEX_URL} UV_INDEX_URL=${PIP_INDEX_URL} UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy
RUN python -m venv /opt/tools && /opt/tools/bin/pip install --no-cache-dir uv==0.13.9 && python -m venv --without-pip /opt/venv
COPY requirements.lock /build/
RUN /opt/tools/bin/uv pip sync --no-cache --require-hashes --python /opt/venv/bin/python /build/requirements.lock
COPY . /source
ARG SERVICE
# Only this process's code, and what it stands on.
RUN set -eu; cd /source; \
    case "${SERVICE}" in \
      proxy) parts="kernel gateway/__init__.py gateway/proxy" ;; \
      window) parts="kernel contracts policy openapi gateway/__init__.py gateway/window" ;; \
      funds|vouchers) parts="kernel contracts policy ledger services/__init__.py services/${SERVICE}" ;; \
      registry|events) parts="kernel contracts policy services/__init__.py services/${SERVICE}" ;; \
      *) echo "SERVICE is one of proxy window registry vouchers funds events" >&2; exit 2 ;; \
    esac; \
    mkdir /app; tar -c --exclude=__pycache__ ${parts} | tar -x -C /app; \
    /opt/venv/bin/python -m compileall -q /app

FROM ${PYTHON_IMAGE}
ARG SERVICE
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
COPY --chmod=755 deploy/start /usr/local/bin/start
ENV PATH=/opt/venv/bin:/usr/local/bin:/usr/bin:/bin PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SERVICE=${SERVICE} HOST=0.0.0.0 PORT=8000
WORKDIR /app
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=5s --timeout=3s --start-period=120s --retries=6 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/readyz\", timeout=2)"]
CMD ["start"]
