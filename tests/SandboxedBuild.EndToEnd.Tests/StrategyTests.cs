using SandboxedBuild.TestKit;

namespace SandboxedBuild.EndToEnd.Tests;

/// <summary>However writes are caught, a build leaves the same tree, and tells the same changes.</summary>
internal sealed class StrategyTests
{
    private const string Step = "mkdir gen; echo 'class Generated { }' > gen/Generated.cs; mv old/Moved.cs gen; echo 'class Kept { void Changed() { } }' > Kept.cs; rm -r old; ln -s Kept.cs link; chmod 755 tool; rm empty; mkdir empty";

    [TestCase("FuseOverlay")]
    [TestCase("Copy")]
    [TestCase("GitWorktree")]
    [TestCase("Snapshot")]
    public void It_is_as_with_an_overlay_of_the_kernel(string strategy)
    {
        var (items, tree) = Build("Overlay");
        var other = Build(strategy);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(items, Does.Contain("CHANGE Renamed File gen/Moved.cs").And.Contain("CHANGE Deleted Directory old"));
            Assert.That(other.Items, Is.EqualTo(items));
            Assert.That(other.Tree, Is.EqualTo(tree).And.Contain("gen/Generated.cs").And.Contain("App.dll"));
        }
    }

    private static (string Items, string Tree) Build(string strategy)
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

        var build = run.Dotnet("build", "-p:SandboxStrategy=" + strategy, "-bl").Succeeded();
        Assert.That(Binlog.Data(Binlog.Read(run.PathOf("msbuild.binlog")).Extended("SandboxedBuild.Step")[0])["strategy"]!.ToString(), Is.EqualTo(strategy));

        // What the compiler writes tells where it did, and when.
        string[] places = [" obj/", " bin/", "binlog"];
        return (string.Join('\n', build.Output.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith("CHANGE", StringComparison.Ordinal))),
            string.Join('\n', run.Describe().Split('\n').Where(static line => !line.Contains("App.csproj", StringComparison.Ordinal)).Select(line => places.Any(place => line.Contains(place, StringComparison.Ordinal)) ? string.Join(' ', line.Split(' ')[..3]) : line)));
    }
}
