import java.nio.file.Files
import java.nio.file.StandardCopyOption
import java.nio.file.attribute.PosixFilePermissions

/** Steps of a pipeline as far as ours need them: `sh` really runs, with the credentials bound as Jenkins binds them. */
abstract class Steps extends Script {
    Map getBuild() { binding.getVariable('build') as Map }

    void echo(String text) { build.log << "${text}\n" }

    void error(String text) { throw new IllegalStateException(text) }

    void unstable(String text) {
        echo("WARNING: ${text}")
        build.result = 'UNSTABLE'
    }

    boolean isUnix() { true }

    def sh(Map args) {
        List command = ['/bin/sh', '-xe', scriptFile(args.script.toString())]
        if (args.script.startsWith('#!')) command = [scriptFile(args.script.toString())]
        ProcessBuilder builder = new ProcessBuilder(command*.toString()).directory(new File(build.workspace)).redirectErrorStream(!args.returnStdout)
        builder.environment().clear()
        builder.environment().putAll(build.environment + [JENKINS_SERVER_COOKIE: build.cookie, JENKINS_NODE_COOKIE: build.cookie])
        Process process = builder.start()
        process.outputStream.close()
        StringBuffer said = new StringBuffer()
        Thread beside = args.returnStdout ? process.consumeProcessErrorStream(build.log) : null
        process.inputStream.withReader('UTF-8') { reader -> reader.eachLine { (args.returnStdout ? said : build.log) << "${it}\n" } }
        beside?.join()
        int code = process.waitFor()
        // Who aborts a build makes this file, and then ends the processes that have the cookie, as Jenkins does.
        if (new File("${build.workspace}@tmp/aborted").exists()) throw new Aborted()
        if (args.returnStatus) return code
        if (code != 0) error("script returned exit code ${code}")
        return args.returnStdout ? said.toString() : null
    }

    def sh(String script) { sh(script: script) }

    private String scriptFile(String text) {
        File file = File.createTempFile('script', '.sh', new File("${build.workspace}@tmp"))
        file.text = text
        file.executable = true
        return file.path
    }

    void withEnv(List settings, Closure body) {
        // As EnvVars.overrideExpandingAll: a variable for its name, $$ for a dollar.
        Map expanded = settings.collectEntries { String each ->
            int at = each.indexOf('=')
            String value = each.substring(at + 1).replaceAll(/\$(?:\$|(\w+)|\{(\w+)\})/) { List found ->
                if (found[0] == '$$') return '$'
                build.environment.getOrDefault(found[1] ?: found[2], found[0])
            }
            [each.substring(0, at), value]
        }
        within(expanded, body)
    }

    private void within(Map more, Closure body) {
        Map before = build.environment
        build.environment = before + more
        try { body() } finally { build.environment = before }
    }

    Map sshUserPrivateKey(Map args) { [id: args.credentialsId, variable: args.keyFileVariable, name: 'ssh-key'] }

    Map file(Map args) { [id: args.credentialsId, variable: args.variable, name: 'known_hosts'] }

    Object string(Map args) { [id: args.credentialsId, variable: args.variable] }

    void withCredentials(List wanted, Closure body) {
        File folder = new File("${build.workspace}@tmp/secretFiles/${UUID.randomUUID()}")
        folder.mkdirs()
        try {
            Map bound = wanted.collectEntries { Map each ->
                if (!build.credentials.containsKey(each.id)) error("Could not find credentials entry with ID '${each.id}'")
                if (each.name == null) return [each.variable, build.credentials[each.id]]
                File secret = new File(folder, each.name + '-' + each.id)
                secret.text = build.credentials[each.id]
                Files.setPosixFilePermissions(secret.toPath(), PosixFilePermissions.fromString('r--------'))
                [each.variable, secret.path]
            }
            within(bound, body)
        } finally {
            folder.deleteDir()
        }
    }

    void stash(Map args) { new File(build.workspace, args.includes).renameTo(new File("${build.workspace}@tmp/${args.name}")) }

    /** Onto an agent where nothing of it is left. */
    void unstash(String name) {
        File file = new File("${build.workspace}@tmp/${name}")
        Files.copy(file.toPath(), new File(build.workspace, 'release.tar.gz').toPath(), StandardCopyOption.REPLACE_EXISTING)
    }

    void script(Closure body) { body() }

    void lock(Map args, Closure body) {
        build.did << "lock ${args.resource}".toString()
        body()
        build.did << 'unlock'
    }

    void milestone() { build.did << 'milestone' }

    void junit(Map args) {
        File file = new File(build.workspace, args.testResults)
        if (!file.exists() && !args.allowEmptyResults) error('No test report files were found.')
        if (!file.exists()) return
        int failures = new XmlSlurper().parse(file).@failures.text() as int
        build.did << "junit ${failures > 0 ? 'failures' : 'good'}".toString()
        if (failures > 0 && !args.skipMarkingBuildUnstable) build.result = 'UNSTABLE'
    }

    void archiveArtifacts(Map args) {
        List names = new File(build.workspace, args.artifacts - '/*').list()?.toList() ?: []
        build.did << "archive ${names.sort().join(' ')}".toString()
    }

    boolean fileExists(String path) { new File(build.workspace, path).exists() }

    String readFile(Map args) { new File(build.workspace, args.file).getText(args.encoding) }

    String libraryResource(String path) { new File(build.library, "resources/${path}").text }

    def symlinkHelper(Map args) {
        Script step = build.shell.parse(new File(build.library, 'vars/symlinkHelper.groovy'))
        step.binding = binding
        return step.call(args)
    }
}
