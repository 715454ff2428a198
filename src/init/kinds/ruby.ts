import { type Project, has, textOf } from "../project.ts";
import type { Recipe } from "../recipe.ts";
import { RESTART, dotenv, unit, unneeded } from "./parts.ts";

export function isRails(project: Project): boolean {
  return has(project, "config/application.rb") || gem(project, "rails");
}

export function rails(project: Project): Recipe {
  const precompile = has(project, "app/assets") ? ["SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile"] : [];
  return {
    kind: "rails",
    title: "A Rails application",
    about: unit("/usr/bin/env bundle exec puma -C config/puma.rb"),
    exclude: ["node_modules", ...unneeded(project)],
    sharedDirs: ["log", "storage", "tmp/pids", "tmp/sockets"],
    sharedFiles: has(project, "config/credentials.yml.enc") ? ["config/master.key"] : dotenv(project),
    env: { RAILS_ENV: "production" },
    prepare: [...BUNDLE, ...precompile],
    migrate: { run: "bundle exec rails db:migrate" },
    reload: [RESTART],
  };
}

export function isRack(project: Project): boolean {
  return has(project, "Gemfile");
}

export function rack(project: Project): Recipe {
  const start = has(project, "config.ru") ? "rackup --env production" : "ruby app.rb";
  return {
    kind: "rack",
    title: "A Ruby application",
    about: unit(`/usr/bin/env bundle exec ${start}`),
    exclude: unneeded(project),
    sharedDirs: ["log"],
    sharedFiles: dotenv(project),
    env: { RACK_ENV: "production" },
    prepare: BUNDLE,
    reload: [RESTART],
  };
}

export function isJekyll(project: Project): boolean {
  return gem(project, "jekyll") && has(project, "_config.yml");
}

export function jekyll(): Recipe {
  return {
    kind: "jekyll",
    title: "A Jekyll site, built on your machine in a clean export of the commit",
    about: ["Let the web server serve ROOT/current/_site."],
    exclude: ["/*", "!/_site"],
    env: { JEKYLL_ENV: "production" },
    build: ["bundle install", "bundle exec jekyll build"],
  };
}

function gem(project: Project, name: string): boolean {
  return new RegExp(`^\\s*gem\\s*\\(?["']${name}["']`, "mu").test(textOf(project, "Gemfile"));
}

// In the release's own .bundle/config, so that the running program finds its gems, too.
const BUNDLE = [
  "bundle config set --local deployment true",
  "bundle config set --local without development:test",
  "bundle install",
];
