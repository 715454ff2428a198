/** The declarative syntax as far as our example has it. */
abstract class Declarative extends Steps {
    void pipeline(Closure body) { body() }

    /** Each agent checks out what the branch leads to by then, as it does for a job that is no multibranch one. */
    void agent(Object label) {
        if (label == 'none' || build.skip || !build.branch) return
        workspaceSh("git checkout --quiet --detach ${build.branch}")
    }
    Object getNone() { 'none' }
    Object getAny() { 'any' }

    void parameters(Closure body) { body() }
    void choice(Map args) { build.params.putIfAbsent(args.name, args.choices[0]) }
    Object string(Map args) { args.credentialsId ? super.string(args) : build.params.putIfAbsent(args.name, args.defaultValue) }
    Map getParams() { build.params }

    void options(Closure body) { body() }
    void skipStagesAfterUnstable() { build.skips = true }
    void timeout(Map args) {}

    void stages(Closure body) { body() }
    void stage(String name, Closure body) {
        if (build.skips && build.result == 'UNSTABLE') return
        build.skip = false
        body()
    }

    void when(Closure body) { body() }
    void beforeAgent(boolean yes) {}
    void beforeInput(boolean yes) {}
    void expression(Closure body) { build.skip = build.skip || !body() }

    void input(Closure body) {
        if (build.skip) return
        build.did << 'input'
        if (build.meanwhile) workspaceSh(build.meanwhile)
        body()
        if (!build.approves) throw new Aborted()
    }
    void message(String text) {}
    void ok(String text) {}
    void submitter(String names) {}

    void steps(Closure body) {
        if (!build.skip) body()
    }

    private void workspaceSh(String script) {
        Process process = new ProcessBuilder('/bin/sh', '-ec', script).directory(new File(build.workspace)).redirectErrorStream(true).start()
        String said = process.inputStream.text
        if (process.waitFor() != 0) throw new Error(said)
    }
}
