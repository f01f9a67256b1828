using System.Xml.Linq;

namespace SandboxedBuild.Tool.Tests;

/// <summary>A project whose steps are sandboxed, by the packed SDK.</summary>
internal static class SandboxedProject
{
    /// <summary>A target with one step, and the target <c>Build</c> that wants it.</summary>
    public static string Step(string target, string command) => $"<Target Name=\"Build\" DependsOnTargets=\"{target}\" /><Target Name=\"{target}\"><SandboxedExec Command=\"{command}\" /></Target>";

    /// <summary>A project file that names the packed SDK.</summary>
    public static string Text(string content) => $"<Project><Sdk Name=\"SandboxedBuild.Sdk\" Version=\"{Packages.SdkVersion}\" />{content}</Project>";

    /// <summary>A desk with that project on it.</summary>
    public static Desk On(string name, string content)
    {
        var desk = new Desk(new TemporaryTree { [name] = Text(content) })
        {
            Variables =
            {
                ["NO_COLOR"] = "1",
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            },
        };
        desk.Variables["NUGET_PACKAGES"] = desk.Tree.Beside("nuget");
        File.WriteAllText(desk.Tree.Beside("nuget.config"), new XElement("configuration", new XElement("packageSources", new XElement("clear"), new XElement("add", new XAttribute("key", "packed"), new XAttribute("value", Packages.Directory)))).ToString());
        return desk;
    }
}
