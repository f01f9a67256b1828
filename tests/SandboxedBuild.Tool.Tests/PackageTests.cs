using System.Xml.Linq;

namespace SandboxedBuild.Tool.Tests;

/// <summary>The packed tool, installed as people install it.</summary>
internal sealed class PackageTests
{
    [Test]
    public void Installed_it_is_dotnet_sandbox()
    {
        using var desk = new Desk();
        var tools = desk.Tree.Beside("tools");
        File.WriteAllText(desk.Tree.Beside("nuget.config"), new XElement("configuration", new XElement("packageSources", new XElement("clear"), new XElement("add", new XAttribute("key", "local"), new XAttribute("value", Packages.Directory)))).ToString());
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = desk.Home, ["NUGET_PACKAGES"] = desk.Tree.Beside("nuget"), ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["MSBUILDDISABLENODEREUSE"] = "1" };
        var install = Command.Run(Desk.Tool[0], ["tool", "install", "SandboxedBuild.Tool", "--tool-path", tools, "--configfile", desk.Tree.Beside("nuget.config")], variables, desk.Tree.Root);
        Assert.That(install.ExitCode, Is.Zero, install.OutputText + install.Error);

        variables["PATH"] = tools + ":" + Environment.GetEnvironmentVariable("PATH");
        variables["XDG_CACHE_HOME"] = desk.Tree.Beside("cache");
        var run = Command.Run(Desk.Tool[0], ["sandbox", "run", "--commit", "--", "sh", "-c", "echo x > new"], variables, desk.Tree.Root);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Error, Does.StartWith("  added     new\n1 added (committed)\n"));
        Assert.That(desk.Tree.Read("new"), Is.EqualTo("x\n"));

        // What reads binlogs comes with it.
        desk.Tree["App.proj"] = "<Project><Target Name=\"Build\" /></Project>";
        Assert.That(Command.Run(Desk.Tool[0], ["build", "App.proj", "-bl"], variables, desk.Tree.Root).ExitCode, Is.Zero);
        var report = Command.Run(Desk.Tool[0], ["sandbox", "report", "msbuild.binlog"], variables, desk.Tree.Root);
        Assert.That((report.ExitCode, desk.Tree.Has("msbuild.html")), Is.EqualTo((0, true)), report.Error);
    }
}
