using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>However writes are caught, and whatever surrounds the commands, a build leaves the same tree, and tells the same changes.</summary>
internal sealed class StrategyTests
{
    private const string Step = "mkdir gen; echo 'class Generated { }' > gen/Generated.cs; mv old/Moved.cs gen; echo 'class Kept { void Changed() { } }' > Kept.cs; rm -r old; ln -s Kept.cs link; chmod 755 tool; rm empty; mkdir empty";

    private static readonly string[] Strategies = ["Overlay", "FuseOverlay", "Copy", "GitWorktree", "Snapshot", "None"];

    private static readonly Lazy<(string Items, string Tree)> Expected = new(static () => Build("Overlay", "Bubblewrap"));

    /// <summary>In the short run, each strategy, and each isolation.</summary>
    private static IEnumerable<TestCaseData> Others() =>
        from isolation in new[] { "Bubblewrap", "Namespaces", "None" }
        from strategy in Strategies
        where strategy == "Overlay" ? isolation != "Bubblewrap" : isolation == "Bubblewrap" || Environment.GetEnvironmentVariable("SANDBOXEDBUILD_LONG") is { Length: > 0 }
        select new TestCaseData(strategy, isolation);

    [TestCaseSource(nameof(Others))]
    public void It_is_as_with_an_overlay_of_the_kernel(string strategy, string isolation)
    {
        var (items, tree) = Expected.Value;
        var other = Build(strategy, isolation);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(items, Does.Contain("CHANGE Renamed File gen/Moved.cs").And.Contain("CHANGE Deleted Directory old"));
            Assert.That(other.Items, Is.EqualTo(items));
            Assert.That(other.Tree, Is.EqualTo(tree).And.Contain("gen/Generated.cs").And.Contain("App.dll"));
        }
    }

    private static (string Items, string Tree) Build(string strategy, string isolation)
    {
        var generate = Projects.Step(Step, outputs: "<Output TaskParameter=\"Changes\" ItemName=\"Told\" />");
        using var run = new ProjectRun
        {
            ["App.csproj"] = Projects.Library(
                $"<Target Name=\"Generate\" BeforeTargets=\"BeforeBuild\">{generate}<ItemGroup><Compile Remove=\"@(Compile)\" /><Compile Include=\"*.cs;gen/*.cs\" /></ItemGroup>"
                + "<Message Importance=\"high\" Text=\"%0ACHANGE %(Told.ChangeKind) %(Told.EntryType) %(Told.RelativePath) %(Told.Size) %(Told.Mode)%0A\" /></Target>"),
            ["Kept.cs"] = "class Kept { }",
            ["old/Moved.cs"] = "class Moved { }",
            ["old/Other.cs"] = "class Other { }",
            ["tool"] = "#!/bin/sh\n",
            ["empty"] = "",
            ["sandbox.json"] = Policy.Allow("Generate"),
        };
        if (strategy == "GitWorktree")
        {
            Command.Run("git", ["init", "-q", run.Root]);
            File.WriteAllText(run.PathOf(TreeDescription.PlantedMark), "");
        }

        var build = run.Dotnet(["build", "-p:SandboxStrategy=" + strategy, "-p:SandboxIsolation=" + isolation, "-p:NoWarn=SBX1020%3BSBX1033", "-bl"]).Succeeded();
        var step = Binlog.Data(Binlog.Read(run.PathOf("msbuild.binlog")).Extended("SandboxedBuild.Step")[0]);
        Assert.That((step["strategy"]!.ToString(), step["isolation"]!.ToString()), Is.EqualTo((isolation == "None" ? "None" : strategy, isolation)));

        // What the compiler writes tells where it did, and when.
        string[] places = [" obj/", " bin/", "binlog"];
        return (string.Join('\n', build.Output.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith("CHANGE", StringComparison.Ordinal))),
            string.Join('\n', run.Describe().Split('\n').Where(static line => !line.Contains("App.csproj", StringComparison.Ordinal)).Select(line => places.Any(place => line.Contains(place, StringComparison.Ordinal)) ? string.Join(' ', line.Split(' ')[..3]) : line)));
    }
}
