using System.Collections.Immutable;
using SandboxedBuild.Commits;
using SandboxedBuild.Overlays;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>SandboxKeepCommits and SandboxKeepDays: the backups of commits.</summary>
internal sealed class KeptCommits
{
    [TestCase(null, null, 3)]
    [TestCase("2", null, 2)]
    [TestCase("0", null, 0)]
    [TestCase(" 1 ", "30", 1)]
    public void As_many_as_is_said_can_be_undone(string? commits, string? days, int kept)
    {
        using var project = new Project(new() { ["file"] = "0\n" }, settings => (settings.KeepCommits, settings.KeepDays) = (commits, days));
        for (var number = 1; number <= 3; number++)
        {
            project.Step($"echo {number} > file").ShouldSucceed();
        }

        var store = new OverlayStore(new(ImmutableDictionary<string, string>.Empty), project.Tree.StateDirectory());
        Assert.That(store.Undoable(), Has.Length.EqualTo(kept));
        foreach (var backup in store.Undoable())
        {
            using var overlay = store.OpenBackup(backup.Id);
            Undo.Run(overlay);
            overlay.Discard();
        }

        Assert.That(project.Tree.Describe(), Is.EqualTo($"d 755 .\nf 644 file \"{3 - kept}\\n\"\n"));
    }

    [TestCase("-1")]
    [TestCase("many")]
    [TestCase("1.5")]
    public void Anything_but_a_number_is_an_error(string value)
    {
        using var project = new Project(settings: settings => settings.KeepCommits = value);
        project.Registration.ShouldFailWith("SBX2007");
    }

    [TestCase("journal")]
    [TestCase("None")]
    public void Durability_is_taken(string value)
    {
        using var project = new Project(new() { ["file"] = "0\n" }, settings => settings.Durability = value);
        project.Step("echo 1 > file").ShouldSucceed();
        Assert.That(project.Tree.Describe(), Is.EqualTo("d 755 .\nf 644 file \"1\\n\"\n"));
    }
}
