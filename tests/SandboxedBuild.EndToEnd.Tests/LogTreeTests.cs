using System.Text.RegularExpressions;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>What the viewer of binlogs shows of a step is what docs/binlog.md shows.</summary>
internal sealed partial class LogTreeTests
{
    private const int LongestLine = 120;

    [Test]
    public void It_is_as_the_documentation_has_it()
    {
        using var run = new ProjectRun
        {
            ["Site.proj"] = Projects.Bare(
                """
                <PropertyGroup><SandboxEmbedPatch>true</SandboxEmbedPatch></PropertyGroup>
                <Target Name="Site" DependsOnTargets="Docs;Install" />
                <Target Name="Docs"><SandboxedExec Command="sh docs.sh"><Output TaskParameter="Changes" ItemName="DocsChange" /></SandboxedExec></Target>
                <Target Name="Install"><SandboxedExec Command="cp docs.sh /usr/local/bin" /></Target>
                """),
            ["docs.sh"] = "mkdir docs; echo hello > docs/index.md; sed -i s/1/2/ version; echo done\n",
            ["version"] = "1\n",
            ["sandbox.json"] = Policy.Allow("Docs", "Install"),
        };
        run.Dotnet("build", "-t:Site", "-bl").FailedWith("MSB3073", "SBX3030");
        var trees = string.Concat(new[] { "Docs", "Install" }.Select(target => $"```text\n{Settled(LogTree.Of(run.PathOf("msbuild.binlog"), target), run)}```\n"));
        var documented = FencedText().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs/binlog.md"))).Select(static block => block.Value);
        Assert.That(string.Concat(documented), Is.EqualTo(trees), trees);
    }

    /// <summary>Without what is different each time, or on each host.</summary>
    private static string Settled(string tree, ProjectRun run) => string.Concat(tree.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.Contains("Assembly loaded during", StringComparison.Ordinal)).Select(line =>
    {
        var settled = line.TrimEnd().Replace(run.Root, "/home/me/site", StringComparison.Ordinal);
        settled = Id().Replace(settled, "20261122T035757Z-4b13b8b6");
        settled = Time().Replace(settled, "84 ms");
        settled = Milliseconds().Replace(settled, "milliseconds = 84");
        settled = Use().Replace(settled, " used: CPU 0.01 s, peak memory 224 KB (Samples), 2 files of 12 KB in the overlay");
        return (settled.Length <= LongestLine ? settled : settled[..LongestLine] + "…") + "\n";
    }));

    [GeneratedRegex("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}", RegexOptions.NonBacktracking)]
    private static partial Regex Id();

    [GeneratedRegex("[0-9]+ ms", RegexOptions.NonBacktracking)]
    private static partial Regex Time();

    [GeneratedRegex("milliseconds = [0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Milliseconds();

    [GeneratedRegex(" used: CPU .*", RegexOptions.NonBacktracking)]
    private static partial Regex Use();

    [GeneratedRegex("^```text\n(?<text>([^`].*\n|\n)*)```\n", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FencedText();
}
