/** What Jenkins throws into a step of a build that somebody aborts. */
class Aborted extends RuntimeException {
    Aborted() { super('aborted') }
}
