using System.Globalization;
using Microsoft.Build.Framework;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>Steps whose system calls are looked at: what a command keeps to itself comes out all the same, and nothing else is different.</summary>
internal sealed class Tracing
{
    private const string Silent = "echo kept > made; touch /usr/made-by-a-step 2> /dev/null; false";

    [TestCase("OnFailure")]
    [TestCase("Always")]
    public void What_a_command_keeps_to_itself_is_seen(string mode)
    {
        using var project = Traced(mode);
        var step = project.Step(Silent, static step => step.EchoOff = false).ShouldFailWith("MSB3073 SBX3030");
        var violation = step.Task.Violations.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((violation.ItemSpec, violation.GetMetadata("Kind"), violation.GetMetadata("CommandLine")), Is.EqualTo(("/usr/made-by-a-step", "Write", "touch /usr/made-by-a-step")));
            Assert.That(violation.GetMetadata("SystemCall"), Is.AnyOf("openat", "utimensat"));
            Assert.That(int.Parse(violation.GetMetadata("Process"), CultureInfo.InvariantCulture), Is.GreaterThan(1));
            Assert.That(DateTimeOffset.UtcNow - DateTimeOffset.Parse(violation.GetMetadata("Time"), CultureInfo.InvariantCulture), Is.LessThan(TimeSpan.FromMinutes(2)).And.GreaterThan(TimeSpan.FromSeconds(-5)));
            Assert.That(project.Tree.Has("made"), Is.False);
        }
    }

    /// <summary>Tests have EchoOff set.</summary>
    [Test]
    public void What_is_on_command_lines_stays_hidden_with_the_command()
    {
        using var project = Traced("Always");
        var step = project.Step("touch /usr/made-by-a-step secret-1 2> /dev/null || true");
        Assert.That(step.Task.Violations, Is.Not.Empty);
        Assert.That(string.Concat(step.Task.Violations.Select(static item => item.GetMetadata("CommandLine") + item.GetMetadata("Evidence"))) + string.Concat(step.Extended("SandboxedBuild.Violation").Select(static message => message.ExtendedData)), Does.Not.Contain("secret"));
    }

    [Test]
    public void Without_it_nobody_knows()
    {
        using var project = new Project();
        project.Step(Silent).ShouldFailWith("MSB3073");
    }

    [Test]
    public void A_step_that_failed_runs_again_in_an_overlay_that_is_thrown_away()
    {
        using var project = Traced("OnFailure");
        var step = project.Step("[ ! -e made ] || exit 9; echo text > made; cat /root/nothing-of-this-name 2> /dev/null; exit 3").ShouldFailWith("MSB3073");
        Assert.That((step.Task.ExitCode, project.Tree.Has("made")), Is.EqualTo((3, false)));
        Assert.That(step.Log, Does.Contain("runs again, traced, and nothing of it is kept"));
    }

    [TestCase("Bubblewrap")]
    [TestCase("Namespaces")]
    public void A_step_that_is_ended_is_that_and_nothing_else(string isolation)
    {
        using var project = new Project(settings: settings => (settings.Trace, settings.Isolation) = ("Always", isolation));
        var step = project.Step("echo x > made; sleep 60", static step => step.Timeout = 1500);
        Assert.That((step.Succeeded, step.Codes), Is.EqualTo((false, "MSB5002")));
        Assert.That(project.Tree.Has("made"), Is.False);
    }

    [Test]
    public void A_step_that_goes_beyond_a_limit_is_that_and_nothing_else()
    {
        using var project = Traced("Always");
        project.Step("dd if=/dev/zero of=big bs=1M count=64 2> /dev/null; sleep 60", static step => step.DiskLimit = "1M").ShouldFailWith("SBX3022");
    }

    [TestCase("Bubblewrap", "sleep 60")]
    [TestCase("Namespaces", "sleep 60")]
    [TestCase("Bubblewrap", "while :; do cat file > /dev/null || exit 5; done")]
    [TestCase("Namespaces", "while :; do cat file > /dev/null || exit 5; done")]
    [TestCase("Namespaces", "trap '' TERM; while :; do : < file; done")]
    public void Where_strace_is_killed_the_sandbox_has_failed_and_not_the_command(string isolation, string command)
    {
        using var project = new Project(new() { ["file"] = "x\n" }, settings => (settings.Isolation, settings.TrackReads) = (isolation, "true"));
        using var killer = new Timer(_ => Kill(project.Tree.Root), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1));
        var step = project.Step("echo x > made; " + command);
        step.ShouldFailWith("SBX3001");
        Assert.That((step.Task.ExitCode, project.Tree.Has("made")), Is.EqualTo((-1, false)));
    }

    /// <summary>The tracer of this test's step: its working directory is in the state beside this test's tree.</summary>
    private static void Kill(string root)
    {
        foreach (var process in System.Diagnostics.Process.GetProcessesByName("strace"))
        {
            using (process)
            {
                var directory = new FileInfo($"/proc/{process.Id.ToString(CultureInfo.InvariantCulture)}/cwd").LinkTarget;
                if (directory?.StartsWith(Path.GetDirectoryName(root)!, StringComparison.Ordinal) == true)
                {
                    process.Kill();
                }
            }
        }
    }

    [Test]
    public void What_cannot_be_taken_back_is_not_run_again()
    {
        var tree = new TestKit.TemporaryTree();
        var beside = Directory.CreateDirectory(tree.Beside("writable")).FullName;
        using var project = new Project(tree, static settings => settings.Trace = "OnFailure");
        var step = project.Step("exit 3", static step => step.Network = "Host").ShouldFailWith("MSB3073");
        Assert.That(step.Log, Does.Contain("is not run again to be traced, for it has the host's network"));

        step = project.Step("exit 3", step => step.Paths = [new Microsoft.Build.Utilities.TaskItem(beside, new Dictionary<string, string>(StringComparer.Ordinal) { ["Access"] = "ReadWrite" })]).ShouldFailWith("MSB3073");
        Assert.That(step.Log, Does.Contain($"for it may write to {beside}"));

        var overlay = project.CreateOverlay();
        step = project.Step("exit 3", step => step.Overlay = overlay).ShouldFailWith("MSB3073");
        Assert.That(step.Log, Does.Contain("for it sees what other steps of its overlay have written"));
    }

    [Test]
    public void A_step_that_succeeds_is_warned_of_what_it_could_not_write()
    {
        using var project = Traced("Always");
        var step = project.Step("echo text > made; touch /usr/made-by-a-step 2> /dev/null || true");
        step.ShouldWarnWith("SBX3030");
        Assert.That((step.Task.Outcome, project.Tree.Read("made")), Is.EqualTo(("Committed", "text\n")));
    }

    [Test]
    public void A_traced_step_leaves_the_same_tree_and_output()
    {
        const string Work = "mkdir -p a/b; seq 100 | xargs -P 4 -I{} sh -c 'echo {} > a/b/f{}'; ln -s a/b link; rm a/b/f7; (exec -a other bash -c 'echo $$ > /dev/null'); echo out; echo err >&2; exit 0";
        var results = new[] { "None", "Always" }.Select(static mode =>
        {
            using var project = Traced(mode);
            var step = project.Step(Work).ShouldSucceed();
            return project.Tree.Describe() + string.Concat(step.Events.OfType<BuildMessageEventArgs>().Where(static message => message.Message is "out" or "err").Select(static message => message.Message).Order(StringComparer.Ordinal));
        }).ToList();
        Assert.That(results[1], Is.EqualTo(results[0]));
    }

    private static Project Traced(string mode) => new(settings: settings => settings.Trace = mode);
}
