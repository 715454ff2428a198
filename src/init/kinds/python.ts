import { type Project, djangoSettings, has, textOf } from "../project.ts";
import type { Recipe } from "../recipe.ts";
import { RESTART, dotenv, unit, unneeded } from "./parts.ts";

export function isDjango(project: Project): boolean {
  return has(project, "manage.py") && /django/iu.test(textOf(project, "manage.py"));
}

export function django(project: Project): Recipe {
  const file = djangoSettings(textOf(project, "manage.py")) ?? "";
  const settings = textOf(project, file);
  const collect = /^\s*STATIC_ROOT\b/mu.test(settings) ? [".venv/bin/python manage.py collectstatic --noinput"] : [];
  const name = file.replace(/\/.*$/u, "") || "NAME";
  return {
    kind: "django",
    title: "A Django application",
    about: unit(`ROOT/current/.venv/bin/gunicorn ${name}.wsgi`),
    exclude: [...LEFT, ...unneeded(project)],
    sharedDirs: /^\s*MEDIA_ROOT\b/mu.test(settings) ? ["media"] : [],
    sharedFiles: dotenv(project),
    prepare: [...install(project), ...collect],
    migrate: { run: ".venv/bin/python manage.py migrate --noinput" },
    reload: [RESTART],
    ...(collect.length > 0
      ? {}
      : { notes: ["`STATIC_ROOT` is not in the settings: `collectstatic` was left out of `prepare`."] }),
  };
}

export function isPython(project: Project): boolean {
  return has(project, "pyproject.toml", "requirements.txt", "Pipfile");
}

export function python(project: Project): Recipe {
  return {
    kind: "python",
    title: "A Python application",
    about: unit("ROOT/current/.venv/bin/python app.py"),
    exclude: [...LEFT, ...unneeded(project)],
    sharedFiles: dotenv(project),
    prepare: install(project),
    reload: [RESTART],
    notes: ["The programs of a virtual environment hold its path: it is made in each release and never moved."],
  };
}

/** Into `.venv` of the release, by whatever locks the versions. */
function install(project: Project): readonly string[] {
  if (has(project, "uv.lock")) return ["uv sync --frozen --no-dev"];
  if (has(project, "poetry.lock")) return ["POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --only main --no-interaction"];
  if (has(project, "Pipfile.lock")) return ["PIPENV_VENV_IN_PROJECT=1 pipenv sync"];
  const what = has(project, "requirements.txt") ? "--requirement requirements.txt" : ".";
  return ["python3 -m venv .venv", `.venv/bin/python -m pip install --quiet --disable-pip-version-check ${what}`];
}

const LEFT = [".venv", "venv", "__pycache__", "*.pyc"];
