# The archive's service. Built and started by compose.yaml; docs/operating.zh-CN.md tells how to run it.
FROM python:3.12-slim AS build
# Another package index, where the usual one is out of reach: docker compose build --build-arg PIP_INDEX_URL=https://…
ARG PIP_INDEX_URL
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/heshu
COPY . .
RUN /opt/heshu/bin/pip install '.[serve,mcp,ocr,parquet]'

FROM python:3.12-slim
# Old formats (DOC, WPS, RTF, ODT) are read through LibreOffice: --build-arg PACKAGES=libreoffice-writer
ARG PACKAGES=
RUN if [ -n "$PACKAGES" ]; then \
      apt-get update && apt-get install -y --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*; \
    fi
# The number is fixed, so that folders of the host can be given to this user.
RUN useradd --uid 10001 --home-dir /data --shell /usr/sbin/nologin heshu && install -d -o heshu -g heshu /data
COPY --from=build /opt/heshu /opt/heshu
ENV PATH=/opt/heshu/bin:$PATH PYTHONUNBUFFERED=1 HESHU_STORE=/data/archive.db
USER heshu
WORKDIR /data
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/v1/health', timeout=4)"]
ENTRYPOINT ["heshu"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8000"]
