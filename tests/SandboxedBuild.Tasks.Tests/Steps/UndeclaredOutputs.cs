using Microsoft.Build.Utilities;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>SandboxUndeclaredChanges, against the Outputs of a step.</summary>
internal sealed class UndeclaredOutputs
{
    private const string Command = "mkdir -p made/sub; echo x > made/sub/file; echo x > named; echo x > stray; echo x > file; rm other";

    [TestCase(null, "", "file made made/sub made/sub/file named stray")]
    [TestCase("Commit", "", "file made made/sub made/sub/file named stray")]
    [TestCase("Warn", "SBX4014", "file made made/sub made/sub/file named stray")]
    [TestCase("discard", "", "made made/sub made/sub/file named other")]
    public void What_is_declared_is_committed(string? choice, string warning, string left)
    {
        using var project = Make(choice);
        var step = project.Step(Command, Declare);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Task.Outcome, Is.EqualTo("Committed"), step.Log);
            Assert.That(step.Log.Contains("SBX4014", StringComparison.Ordinal), Is.EqualTo(warning.Length > 0), step.Log);
            Assert.That(Names(project), Is.EqualTo(choice == "discard" ? "file " + left : left));
        }
    }

    [Test]
    public void An_error_names_the_others_and_nothing_is_committed()
    {
        using var project = Make("Error");
        var before = project.Tree.Describe();
        var step = project.Step(Command, Declare).ShouldFailWith("SBX4014");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(step.Log, Does.Contain("3 paths").And.Contain("/file (Modified)").And.Contain("/other (Deleted)").And.Contain("/stray (Added)").And.Not.Contain("/named"));
            Assert.That(project.Tree.Describe(), Is.EqualTo(before));
        }
    }

    [TestCase("Error")]
    [TestCase("Warn")]
    [TestCase("Discard")]
    public void A_step_that_keeps_to_its_outputs_is_let_alone(string choice)
    {
        using var project = Make(choice);
        project.Step("mkdir -p made; echo x > made/file; echo x > named", Declare).ShouldSucceed();
        Assert.That(Names(project), Is.EqualTo("file made made/file named other"));
    }

    private static Project Make(string? choice) =>
        new(new() { ["file"] = "before\n", ["other"] = "before\n" }, settings => settings.UndeclaredChanges = choice);

    private static void Declare(SandboxedExec step) => step.Outputs = [new TaskItem("made"), new TaskItem("named")];

    private static string Names(Project project) => string.Join(' ', Directory.EnumerateFileSystemEntries(project.Tree.Root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(project.Tree.Root, path)).Order(StringComparer.Ordinal));
}
