# The web and the worker; which of the two, the command says. Holds no secret and no data.
FROM python:3.11-slim-bookworm

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    STATIC_ROOT=/srv/static

# What draws the PDF of a receipt.
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-core \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin previsit
WORKDIR /srv/previsit

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
# The demo's published keys: naming the static files needs some, and keeps none of them.
RUN PREVISIT_MODE=demo python manage.py collectstatic --noinput

USER previsit
ENV BIND=0.0.0.0:8000
EXPOSE 8000
CMD ["gunicorn", "clinic.wsgi"]
