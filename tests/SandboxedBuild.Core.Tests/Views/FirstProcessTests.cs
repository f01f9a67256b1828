using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Core.Tests;

/// <summary>
/// bwrap's first process, which stays as the parent of the command's, closes what the setup had open only when the command's process is there already; the host's
/// /proc is among it, and that is a way out.
/// </summary>
internal sealed class FirstProcessTests
{
    private const string Look = "for d in /proc/1/fd/*; do [ ! -d $d ] || echo $d; done; echo end";

    [Test]
    public void No_command_begins_before_the_first_process_has_closed_every_directory()
    {
        using var tree = new TemporaryTree { ["script"] = Look };
        Assert.That(BesideSlowOne(tree.Root, StepCommand.Program(["/bin/sh", "-c", Look])), Is.EqualTo("end\n"));
        Assert.That(BesideSlowOne(tree.Root, StepCommand.Script("sh", tree.PathOf("script"))), Is.EqualTo("end\n"));
    }

    [Test]
    public void The_wait_for_that_leaves_no_variable_and_no_function_behind()
    {
        using var tree = new TemporaryTree { ["script"] = "set | grep _sbx; command -v _sbx; true" };
        Assert.That(BesideSlowOne(tree.Root, StepCommand.Script("sh", tree.PathOf("script"))), Is.Empty);
    }

    /// <summary>Runs a command beside a first process that has a directory open for a while yet.</summary>
    private static string BesideSlowOne(string directory, IEnumerable<string> command)
    {
        string[] around = ["--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "sh", "-c", "exec 9< \"$1\"; shift; ( exec 9<&- 5>&2; exec \"$@\" ) & sleep 0.5; exec 9<&-; wait $!", "sh", directory];
        var run = Command.Run("unshare", [.. around, .. command]);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        return run.OutputText;
    }
}
