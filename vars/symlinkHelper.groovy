// Runs Symlink Helper in a pipeline: symlinkHelper(environment: 'production', …). What can be given, and what it answers:
// symlinkHelper.txt beside this file.

def call(Map given = [:]) {
    Map with = checked(given)
    if (!isUnix()) {
        error('symlinkHelper needs an agent with a POSIX shell.')
    }
    if (with.lock == '') {
        return attempt(with)
    }
    def answer = null
    // The newest build that waits comes first; those before it then have nothing to say any more, and end at the milestone.
    lock(resource: with.lock, inversePrecedence: true) {
        if (with.command == 'deploy') {
            milestone()
        }
        answer = attempt(with)
    }
    return answer
}

private Map attempt(Map with) {
    Map variables = [
        SLH_CI_COMMAND: with.command,
        SLH_CI_ENVIRONMENT: with.environment,
        SLH_CI_TO: with.to,
        SLH_CI_CONFIG: with.config,
        SLH_CI_HOSTS: with.hosts,
        SLH_CI_SSH_CONFIG: with.sshConfig,
        SLH_CI_PROGRAM: with.program.join('\n'),
        SLH_CI_OPTIONS: with.options.join('\n'),
        // Set below by the credentials, where there are any.
        SLH_CI_KEY: '',
        SLH_CI_KNOWN: with.knownHosts == null ? 'missing' : '',
    ]
    List settings = []
    for (String name in variables.keySet()) {
        // withEnv puts values of variables in the place of their names, and takes $$ for a dollar.
        settings.add(name + '=' + variables[name].toString().replace('$', '$$'))
    }
    List secrets = []
    if (with.sshKey) {
        secrets.add(sshUserPrivateKey(credentialsId: with.sshKey, keyFileVariable: 'SLH_CI_KEY'))
    }
    if (with.knownHosts) {
        secrets.add(file(credentialsId: with.knownHosts, variable: 'SLH_CI_KNOWN'))
    }
    int code = 1
    try {
        withEnv(settings) {
            // No secret is in the text: it is a file of this library, and all values are in variables.
            withCredentials(secrets) {
                code = sh(
                    label: 'symlink-helper ' + with.command + ' ' + with.environment,
                    script: libraryResource('symlink-helper/run.sh'),
                    returnStatus: true
                )
            }
        }
    } finally {
        // Also of a build that is aborted or fails: that is when somebody wants to read them.
        junit(testResults: 'symlink-helper-report/junit.xml', allowEmptyResults: true, skipMarkingBuildUnstable: true)
        archiveArtifacts(artifacts: 'symlink-helper-report/*', allowEmptyArchive: true)
    }
    return concluded(with, code)
}

private Map concluded(Map with, int code) {
    Map said = [:]
    if (fileExists('symlink-helper-report/deploy.env')) {
        for (String line in readFile(file: 'symlink-helper-report/deploy.env', encoding: 'UTF-8').split('\n')) {
            int at = line.indexOf('=')
            if (at > 0) {
                said[line.substring(0, at)] = line.substring(at + 1)
            }
        }
    }
    Map answer = [
        code: code,
        outcome: said.DEPLOY_OUTCOME ?: 'failed',
        release: said.DEPLOY_RELEASE ?: '',
        previousRelease: said.DEPLOY_PREVIOUS_RELEASE ?: '',
        revision: said.DEPLOY_REVISION ?: '',
        warnings: (said.DEPLOY_WARNINGS ?: '0') as int,
    ]
    String sentence = with.environment + ': ' + answer.outcome + (answer.release ? ' ' + answer.release : '')
    currentBuild.description = currentBuild.description ? currentBuild.description + ', ' + sentence : sentence
    if (code == 0 && answer.release) {
        currentBuild.displayName = '#' + env.BUILD_NUMBER + ' ' + with.environment + ' ' + answer.release
    }
    if (code == 0 && answer.warnings > 0 && with.warnings == 'unstable') {
        unstable('symlink-helper: done, with ' + answer.warnings + ' warning(s): see above.')
    } else if (code != 0 && with.unstable.contains(code)) {
        unstable('symlink-helper: ' + sentence + ' (exit code ' + code + ').')
    } else if (code != 0) {
        error('symlink-helper: ' + sentence + ' (exit code ' + code + ').')
    }
    return answer
}

/** What was given, and what holds otherwise. Whatever is wrong with it is an error before anything is done. */
private Map checked(Map given) {
    Map with = [
        command: 'deploy',
        environment: '',
        to: '',
        config: '',
        hosts: '',
        options: [],
        version: '0.1.0',
        program: null,
        sshKey: null,
        knownHosts: null,
        sshConfig: '',
        lock: null,
        warnings: 'unstable',
        unstable: [],
    ]
    for (String name in given.keySet()) {
        if (!with.containsKey(name)) {
            error('symlinkHelper: there is no option ' + name + '. There are: ' + with.keySet().join(', '))
        }
        // As if it were not given: what a pipeline has no value for is often null.
        if (given[name] != null) {
            with[name] = given[name]
        }
    }
    must(with.command in ['deploy', 'rollback', 'plan', 'status'], 'command is deploy, rollback, plan or status')
    must(with.environment ==~ /[A-Za-z0-9_][A-Za-z0-9_.-]*/, 'environment is the name of one in the configuration')
    must(with.to ==~ /[A-Za-z0-9_.-]*/, 'to is the id of a release')
    must(with.to == '' || with.command == 'rollback', 'to is for rollback')
    must(with.version ==~ /\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?/, 'version is one version, such as 0.1.0')
    must(with.warnings in ['unstable', 'ignore'], 'warnings is unstable or ignore')
    must(with.sshKey != null, "sshKey is the id of credentials (SSH Username with private key), or '' for what the agent has")
    must(!with.unstable.contains(4), 'unstable cannot have 4: nobody may go on where hosts differ')
    must(!(with.sshConfig =~ /["\s]/), 'sshConfig is a path without spaces and quotes')
    if (with.program == null) {
        with.program = ['npx', '--yes', 'symlink-helper@' + with.version]
    }
    for (String word in with.program + with.options) {
        must(word != '' && !word.contains('\n'), 'program and options are lists of words, each of one line')
    }
    if (with.lock == null) {
        with.lock = 'symlink-helper-' + with.environment
    }
    return with
}

private void must(boolean holds, String rule) {
    if (!holds) {
        error('symlinkHelper: ' + rule + '.')
    }
}
