using System.Text.Json;

namespace SandboxedBuild.Tasks.Tests;

/// <summary>What a binary log keeps of a step.</summary>
internal sealed class Events
{
    [TestCase("SandboxedBuild.Step")]
    [TestCase("SandboxedBuild.ChangeSet")]
    public void A_step_logs_one_of_each(string type)
    {
        using var project = new Project();
        var logged = project.Step("echo x > file").ShouldSucceed().Extended(type).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(logged.Message, Is.Not.Empty);
            Assert.That(logged.ExtendedMetadata, Is.Not.Null.And.Not.Empty);
            using var data = JsonDocument.Parse(logged.ExtendedData!);
            Assert.That(data.RootElement.ValueKind, Is.EqualTo(JsonValueKind.Object));
        }
    }

    [TestCase(null, null, "Bubblewrap")]
    [TestCase("Auto", "Auto", "Bubblewrap")]
    [TestCase("Namespaces", null, "Namespaces")]
    [TestCase("Bubblewrap", "Namespaces", "Namespaces")]
    [TestCase("Namespaces", "Bubblewrap", "Bubblewrap")]
    public void A_step_tells_what_surrounded_it(string? setting, string? parameter, string expected)
    {
        using var project = new Project(settings: settings => settings.Isolation = setting);
        var step = project.Step("grep ^Seccomp: /proc/self/status > seccomp; exit 0", exec => exec.Isolation = parameter).ShouldSucceed();
        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
        Assert.That((data.RootElement.GetProperty("isolation").GetString(), project.Tree.Read("seccomp")), Is.EqualTo((expected, expected == "Bubblewrap" ? "Seccomp:\t2\n" : "Seccomp:\t0\n")));
    }

    [Test]
    public void The_change_set_has_the_changes()
    {
        using var project = new Project();
        var logged = project.Step("echo x > file").ShouldSucceed().Extended("SandboxedBuild.ChangeSet").Single();
        Assert.That(logged.ExtendedData, Does.Contain("\"file\"").And.Contain("Added").IgnoreCase);
    }

    [Test]
    public void A_step_that_fails_logs_its_exit_code()
    {
        using var project = new Project();
        var logged = project.Step("exit 42").ShouldFailWith("MSB3073").Extended("SandboxedBuild.Step").Single();
        Assert.That(logged.ExtendedData, Does.Contain("42"));
    }

    [TestCase("echo x > file", "1")]
    [TestCase("echo x > file; echo y > other; exit 1", "2")]
    public void A_step_tells_what_it_used(string command, string files)
    {
        using var project = new Project();
        var step = project.Step(command);
        using var data = JsonDocument.Parse(step.Extended("SandboxedBuild.Step").Single().ExtendedData!);
        var usage = data.RootElement.GetProperty("usage");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(usage.GetProperty("overlayFiles").GetRawText(), Is.EqualTo(files));
            Assert.That(usage.GetProperty("overlayBytes").GetInt64(), Is.Positive);
            Assert.That(usage.GetProperty("milliseconds").GetInt64(), Is.Positive);
            Assert.That(step.Events.Select(static logged => logged.Message), Has.One.Contains(" used: CPU "));
        }
    }

    [Test]
    public void Nothing_that_looks_like_a_secret_is_logged()
    {
        using var project = new Project(environment: new Dictionary<string, string?>(StringComparer.Ordinal) { ["UPLOAD_TOKEN"] = "s3cr3t" });
        var step = project.Step("true", exec => exec.PassEnvironment = [new Microsoft.Build.Utilities.TaskItem("UPLOAD_TOKEN")]).ShouldSucceed();
        Assert.That(
            step.Events.Select(logged => logged.Message + (logged as Microsoft.Build.Framework.IExtendedBuildEventArgs)?.ExtendedData),
            Has.None.Contains("s3cr3t"));
    }
}
