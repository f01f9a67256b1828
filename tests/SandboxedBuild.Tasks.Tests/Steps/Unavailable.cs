using System.Text.Json;
using SandboxedBuild.TestKit;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>A host without the isolation that was asked for: here, one whose bwrap is setuid and so is not used.</summary>
internal sealed class Unavailable
{
    private const string Script = "grep ^NoNewPrivs: /proc/self/status > ran";

    [Test]
    public void By_default_the_step_does_not_run()
    {
        using var project = On(null);
        var before = project.Tree.Describe();
        project.Step(Script).ShouldFailWith("SBX1002");
        Assert.That(project.Tree.Describe(), Is.EqualTo(before));
    }

    [TestCase("Weaken", "SBX1031", "Namespaces", "Committed", "1")]
    [TestCase("Plain", "SBX1032", "None", "Committed", "0")]
    public void It_runs_in_what_there_is_with_a_warning_each_time(string setting, string code, string isolation, string outcome, string privileges)
    {
        using var project = On(setting);
        for (var round = 0; round < 2; round++)
        {
            var step = project.Step($"{Script}{round}");
            using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(step.Codes, Is.EqualTo(code));
                Assert.That(step.Diagnostics, Does.Contain("SBX1002").And.Contain("chmod u-s"));
                Assert.That((data.RootElement.GetProperty("isolation").GetString(), data.RootElement.GetProperty("outcome").GetString(), data.RootElement.GetProperty("exitCode").GetInt32()), Is.EqualTo((isolation, outcome, 0)));
                Assert.That(project.Tree.Read($"ran{round}"), Is.EqualTo($"NoNewPrivs:\t{privileges}\n"));
                Assert.That(step.Task.AddedFiles.Select(static file => file.GetMetadata("RelativePath")), Is.EqualTo(new[] { $"ran{round}" }));
            }
        }
    }

    [Test]
    public void What_no_rule_admits_does_not_run_without_a_sandbox_either()
    {
        using var project = On("Plain", confirm: "Deny");
        project.Step("sh -c 'echo > ran'").ShouldFailWith("SBX2001");
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    [Test]
    public void What_has_to_be_held_does_not_run_without_a_sandbox()
    {
        using var project = On("Plain", confirm: "Hold");
        project.Step("sh -c 'echo > ran'").ShouldFailWith("SBX2051");
        Assert.That(project.Tree.Has("ran"), Is.False);
    }

    private static Project On(string? setting, string? confirm = null)
    {
        var tree = new TemporaryTree { ["../tools/bwrap"] = TreeEntry.File("#!/bin/sh\n", "4755") };
        return new(
            tree,
            environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["PATH"] = tree.Beside("tools") + ":/usr/bin:/bin" },
            settings: settings =>
            {
                settings.OnUnavailable = setting;
                settings.Confirm = confirm ?? settings.Confirm;
            });
    }
}
