using SandboxedBuild.Sandboxing;
using SandboxedBuild.Violations;

namespace SandboxedBuild.Core.Tests;

/// <summary>Real commands that fail in a real sandbox, and what is made of what they print: refused by the sandbox, or not.</summary>
[TestFixture(Isolation.Bubblewrap)]
[TestFixture(Isolation.Namespaces)]
internal sealed class ComplaintTests(Isolation isolation)
{
    /// <summary>{ro} is shown read-only, {unseen} is not shown; both are directories of the caller's, with the same in them.</summary>
    internal static readonly (string Command, string Expected)[] Commands =
    [
        ("touch {ro}/new", "Write {ro}/new"),
        ("echo text > {ro}/new", "Write {ro}/new"),
        ("bash -c 'echo text > {ro}/new'", "Write {ro}/new"),
        ("cp file {ro}/new", "Write {ro}/new"),
        ("cp -r directory {ro}", "Write {ro}/directory/inner"),
        ("mkdir {ro}/new", "Write {ro}/new"),
        ("mkdir -p {ro}/new/newer", "Write {ro}/new"),
        ("mv file {ro}/new", "Write {ro}/new"),
        ("ln -s there {ro}/new", "Write {ro}/new"),
        ("rm {ro}/there", "Write {ro}/there"),
        ("rm -rf {ro}/directory", "Write {ro}/directory/inner"),
        ("chmod 600 {ro}/there", "Write {ro}/there"),
        ("touch -d 2001-01-01 {ro}/there", "Write {ro}/there"),
        ("truncate -s 0 {ro}/there", "Write {ro}/there"),
        ("install -m 644 file {ro}/new", "Write {ro}/new"),
        ("dd if=file of={ro}/new", "Write {ro}/new"),
        ("tee {ro}/new < file", "Write {ro}/new"),
        ("sort -o {ro}/new file", "Write {ro}/new"),
        ("awk 'BEGIN { print 1 > \"{ro}/new\" }'", "Write {ro}/new"),
        ("tar -C {ro} -xf archive.tar", "Write "),
        ("tar -cf {ro}/new.tar file", "Write {ro}/new.tar"),
        ("patch {ro}/there < change.patch", "Write {ro}/there.*"),
        ("gcc -o {ro}/new main.c", "Write {ro}/new"),
        ("git init -q {ro}/new", "Write {ro}/new"),
        ("make -s -C work OUT={ro}/new", "Write {ro}/new"),
        ("python3 -c \"open('{ro}/new', 'w')\"", "Write {ro}/new"),
        ("python3 -c \"import os; os.makedirs('{ro}/new')\"", "Write {ro}/new"),
        ("perl -e 'open(F, \">\", \"{ro}/new\") or die \"cannot write {ro}/new: $!\"'", "Write {ro}/new"),
        ("node -e \"require('fs').writeFileSync('{ro}/new', '')\"", "Write {ro}/new"),
        ("cd {ro} && npm pkg set license=MIT", "Write {ro}/package.json"),
        ("mkdir /opt/sandboxed-build-new", "Write /opt/sandboxed-build-new"),
        ("echo text > {unseen}/new", "Write {unseen}/new"),
        ("git add file", "Protected {tree}/.git/index.lock"),
        ("git -c user.name=a -c user.email=b commit -q --allow-empty -m x", "Protected {tree}/.git/index.lock"),
        ("echo '{}' > sandbox.json", "Protected {tree}/sandbox.json"),
        ("cat {unseen}/there", "Read {unseen}/there"),
        ("ls {unseen}", "Read {unseen}"),
        ("cd {unseen}", "Read {unseen}"),
        ("cp {unseen}/there copy", "Read {unseen}/there"),
        ("tar -xf {unseen}/there", "Read {unseen}/there"),
        (". {unseen}/there", "Read {unseen}/there"),
        ("bash {unseen}/there", "Read {unseen}/there"),
        ("make -f {unseen}/there", "Read {unseen}/there"),
        ("gcc -c {unseen}/main.c", "Read {unseen}/main.c"),
        ("python3 {unseen}/there", "Read {unseen}/there"),
        ("perl {unseen}/there", "Read {unseen}/there"),
        ("node {unseen}/main.js", "Read {unseen}/main.js"),
        ("node -e \"require('fs').readFileSync('{unseen}/there')\"", "Read {unseen}/there"),
        ("git -C {unseen} log", "Read {unseen}"),
        ("generate --all", "Read {unseen}/generate"),
        ("exec generate", "Read {unseen}/generate"),
        ("env generate", "Read {unseen}/generate"),
        ("make -s -C tool", "Read {unseen}/generate"),
        ("python3 -c \"import subprocess; subprocess.run(['generate'])\"", "Read {unseen}/generate"),
        ("curl -sS https://example.org/file", "Network example.org"),
        ("curl -sS http://127.0.0.1:9", "Network 127.0.0.1:9"),
        ("git clone -q https://example.org/repository.git clone", "Network example.org"),
        ("python3 -c \"import urllib.request as u; u.urlopen('http://example.org')\"", "Network "),
        ("perl -MIO::Socket::INET -e 'IO::Socket::INET->new(\"192.0.2.1:80\") or die \"connect to 192.0.2.1:80: $!\"'", "Network 192.0.2.1:80"),
        ("node -e \"require('http').get('http://example.org')\"", "Network example.org"),
        ("npm ping --fetch-retries=0 --registry=https://packages.example.org", "Network packages.example.org"),
        ("bash -c 'exec 3<>/dev/tcp/192.0.2.1/80'", "Network "),
    ];

    /// <summary>What fails for reasons of its own, and would without a sandbox.</summary>
    internal static readonly string[] OwnFailures =
    [
        "false",
        "exit 3",
        "kill -9 $$",
        "cat missing",
        "cat {ro}/missing",
        "cat {unseen}/missing",
        "ls /nowhere/at/all",
        "cd missing",
        "touch missing/file",
        "cp missing copy",
        "mkdir directory",
        "grep nothing file",
        "diff file main.c",
        "no-such-program",
        "gcc -c broken.c",
        "make -s nothing",
        "python3 -c 'raise ValueError(1)'",
        "python3 -c \"open('missing')\"",
        "perl -e 'die \"not today\"'",
        "node -e \"throw new Error('no')\"",
        "git rev-parse nothing-of-this-name",
        "tar -xf file",
        "test -e /nowhere",
        "echo 'nothing was permission denied here' >&2; exit 1",
        "chmod 0 file; bash -c 'cat /proc/self/mem > /dev/null'",
    ];

    private static IEnumerable<TestCaseData> Refused => Commands.Select(static pair => new TestCaseData(pair.Command, pair.Expected).SetArgDisplayNames(pair.Command));

    [TestCaseSource(nameof(Refused))]
    public void What_the_sandbox_refused_is_told_from_what_the_command_prints(string command, string expected)
    {
        using var scene = new ViolationScene(isolation);
        var (outcome, violations) = scene.Run(command);
        Assert.That(outcome.Status.ExitCode, Is.Not.Null.And.Not.Zero, $"{outcome.Output}\n{outcome.Error}\n{outcome.Status.Errors}");
        Assert.That(violations.Select(scene.Describe), Has.Some.Matches<string>(text => expected.EndsWith('*') ? text.StartsWith(expected[..^1], StringComparison.Ordinal) : text == expected), $"{outcome.Output}\n{outcome.Error}");
        Assert.That(violations.Select(static violation => violation.Kind).Distinct(), Has.One.Items, string.Join('\n', violations.Select(scene.Describe)));
    }

    [TestCaseSource(nameof(OwnFailures))]
    public void What_fails_by_itself_is_no_violation(string command)
    {
        using var scene = new ViolationScene(isolation);
        var (outcome, violations) = scene.Run(command);
        Assert.That(outcome.Status.ExitCode, Is.Not.Null.And.Not.Zero);
        Assert.That(violations.Select(scene.Describe), Is.Empty, $"{outcome.Output}\n{outcome.Error}");
    }
}
