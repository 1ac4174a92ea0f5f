# docker build -t telegauge . && docker run -v telegauge:/app/data -p 127.0.0.1:8080:8080 \
#   --env-file config.env --stop-timeout 40 telegauge
# The stop timeout is longer than DRAIN_TIMEOUT, so that every update is answered before the end.

FROM python:3.13-slim AS build
WORKDIR /app
# uv installs in a quarter of pip's time; it and pip stay behind, /opt/venv has neither.
COPY requirements/install.txt requirements/
RUN python -m venv /opt/tools \
  && /opt/tools/bin/pip install --no-cache-dir --disable-pip-version-check --only-binary :all: \
    -r requirements/install.txt
RUN python -m venv --without-pip /opt/venv
# The pinned list alone, so that a change of our code installs nothing again.
COPY requirements/run.txt requirements/
RUN /opt/tools/bin/uv pip install --no-cache --system-certs --python /opt/venv/bin/python \
    --compile-bytecode -r requirements/run.txt
COPY pyproject.toml README.md LICENSE ./
COPY migrations migrations/
COPY bot bot/
# Editable, because the code expects migrations/ beside bot/.
RUN /opt/tools/bin/uv pip install --no-cache --system-certs --python /opt/venv/bin/python --no-deps -e . \
  && /opt/venv/bin/python -m compileall -q bot

FROM python:3.13-slim
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
# A fixed number, so that whoever mounts a folder knows whom to give it to.
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin telegauge \
  && install --directory --owner=telegauge --group=telegauge /app/data
# METRICS_HOST: the container's border is the guard; /metrics still wants METRICS_TOKEN.
# The sandbox stays on the container's own loopback: it believes whoever reaches it.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    MPLCONFIGDIR=/app/data/.matplotlib \
    METRICS_HOST=0.0.0.0 \
    METRICS_PORT=8080 \
    LOG_FORMAT=json
# A number again: Kubernetes cannot see that a name is not root.
USER 10001:10001
VOLUME /app/data
EXPOSE 8080
STOPSIGNAL SIGTERM
# The check itself gives up after 5 s; the rest is for a busy machine to start it.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["telegauge", "healthcheck"]
# No shell in between: SIGTERM reaches the bot itself.
ENTRYPOINT ["telegauge"]
CMD ["run"]
