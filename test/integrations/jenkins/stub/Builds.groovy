import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import org.codehaus.groovy.control.CompilerConfiguration

// Runs builds, one for each line of JSON that comes: { script or file, workspace, library, credentials, environment, params, approves }. Answers
// each with a line of JSON. A machine of Java takes seconds to start: this one serves a whole file of tests.
System.in.withReader('UTF-8') { reader ->
    reader.eachLine { line -> println(JsonOutput.toJson(run(new JsonSlurper().parseText(line) as Map))) }
}

Map run(Map wanted) {
    Map build = [
        log: new StringBuffer(), did: [], result: 'SUCCESS', skips: false, skip: false, cookie: "cookie-${UUID.randomUUID()}".toString(),
        workspace: wanted.workspace, library: wanted.library, credentials: wanted.credentials ?: [:], params: wanted.params ?: [:],
        environment: wanted.environment + [BUILD_NUMBER: '7', JENKINS_URL: 'https://jenkins.example/', BUILD_URL: 'https://jenkins.example/7/'],
        approves: wanted.approves != false, branch: wanted.branch, meanwhile: wanted.meanwhile,
    ]
    build.cookie = wanted.cookie ?: build.cookie
    Map currentBuild = [displayName: '#7', description: null]
    new File("${build.workspace}@tmp").mkdirs()
    CompilerConfiguration settings = new CompilerConfiguration()
    settings.scriptBaseClass = 'Declarative'
    Binding binding = new Binding([build: build, currentBuild: currentBuild, env: build.environment, params: build.params])
    GroovyShell shell = new GroovyShell(this.class.classLoader, binding, settings)
    build.shell = shell
    String failure = null
    Object answer = null
    try {
        answer = wanted.file ? shell.evaluate(new File(wanted.file)) : shell.evaluate(wanted.script)
    } catch (Aborted ignored) {
        build.result = 'ABORTED'
    } catch (IllegalStateException expected) {
        build.result = 'FAILURE'
        failure = expected.message
    } catch (Throwable defect) {
        build.result = 'DEFECT'
        failure = defect.toString() + defect.stackTrace.take(8).join('\n')
    }
    return [
        result: build.result, log: build.log.toString() + (failure ? "ERROR: ${failure}\n" : ''), did: build.did,
        displayName: currentBuild.displayName, description: currentBuild.description, answer: answer instanceof Map ? answer : null,
    ]
}
