using System.Text.RegularExpressions;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>What a build's log tells of a step's changes, by how much one wants to read.</summary>
internal sealed partial class VerbosityTests
{
    private static readonly string[] s_told = ["Docs: ", "added ", "modified ", "deleted ", "renamed "];

    [TestCase("minimal", "")]
    [TestCase("normal", "Docs: 3 added, 1 modified, 1 deleted, 1 renamed in N ms (committed)\n")]
    [TestCase("detailed", """
        Docs: 3 added, 1 modified, 1 deleted, 1 renamed in N ms (committed)
        modified  a.md
        deleted   b.md
        added     new/
        renamed   new/d.md (was c.md)
        added     new/e\x0af.md
        added     new/link (symbolic link)

        """)]
    public void Nothing_then_a_line_then_every_change(string verbosity, string expected)
    {
        using var run = new ProjectRun
        {
            ["App.proj"] = Projects.Bare(Projects.Target("Docs", "echo changed > a.md; rm b.md; mkdir new; mv c.md new/d.md; touch \"new/%24(printf 'e\\nf.md')\"; ln -s d.md new/link") + "<Target Name=\"Build\" DependsOnTargets=\"Docs\" />"),
            ["a.md"] = "a\n",
            ["b.md"] = "b\n",
            ["c.md"] = "a text that is long enough to be found again\n",
            ["sandbox.json"] = Policy.Allow("Docs"),
        };
        var log = run.Dotnet("build", "-v:" + verbosity).Succeeded().Output;
        var told = log.Split('\n').Select(static line => line.Trim()).Where(static line => s_told.Any(word => line.StartsWith(word, StringComparison.Ordinal))).Select(static line => Time().Replace(line, " N ms ") + "\n");
        Assert.That(string.Concat(told), Is.EqualTo(expected), log);
    }

    [Test]
    public void A_step_that_changed_nothing_and_one_that_was_rolled_back_say_so()
    {
        using var run = new ProjectRun
        {
            ["App.proj"] = Projects.Bare(Projects.Target("Look", "true; :") + Projects.Target("Fail", "echo x > x; exit 1") + "<Target Name=\"Build\" DependsOnTargets=\"Look;Fail\" />"),
            ["sandbox.json"] = Policy.Allow("Look", "Fail"),
        };
        Assert.That(run.Dotnet("build", "-t:Build", "-v:normal").FailedWith("MSB3073").Output, Does.Match("Look: nothing changed in [0-9.]+ m?s\n").And.Match("Fail: rolled back after [0-9.]+ m?s\n"));
    }

    [GeneratedRegex(" [0-9.]+ m?s ", RegexOptions.NonBacktracking)]
    private static partial Regex Time();
}
