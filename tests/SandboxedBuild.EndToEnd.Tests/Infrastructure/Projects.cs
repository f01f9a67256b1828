using System.Security;

namespace SandboxedBuild.EndToEnd.Tests.Infrastructure;

/// <summary>The texts of project files.</summary>
internal static class Projects
{
    /// <summary>The element that a user adds.</summary>
    public static string SdkElement => $"<Sdk Name=\"SandboxedBuild.Sdk\" Version=\"{Repository.SdkVersion}\" />";

    /// <summary>A project with nothing but the SDK: no compiler, no restore, so it is quick.</summary>
    public static string Bare(string content) => $"<Project>{SdkElement}{content}</Project>";

    /// <summary>A bare project whose Build target runs these commands as steps, one after the other.</summary>
    public static string Steps(params string[] commands) => Bare(Target("Build", commands));

    /// <summary>A C# library.</summary>
    public static string Library(string content) =>
        $"<Project Sdk=\"Microsoft.NET.Sdk\">{SdkElement}<PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>{content}</Project>";

    /// <summary>A target that runs these commands as steps.</summary>
    /// <param name="attributes">The target's name, or its name and further attributes as XML: <c>Gen" AfterTargets="Build</c>.</param>
    /// <param name="commands">The commands.</param>
    public static string Target(string attributes, params string[] commands) =>
        $"<Target Name=\"{attributes}\">{string.Concat(commands.Select(command => Step(command)))}</Target>";

    /// <summary>A step.</summary>
    public static string Step(string command, string attributes = "", string outputs = "") =>
        $"<SandboxedExec Command=\"{SecurityElement.Escape(command)}\" {attributes}>{outputs}</SandboxedExec>";

    /// <summary>A property.</summary>
    public static string Property(string name, string value) => $"<PropertyGroup><{name}>{SecurityElement.Escape(value)}</{name}></PropertyGroup>";

    /// <summary>A configuration with one feed and no other: the tests need no network.</summary>
    public static string NuGetConfig(string feed) => $"""
        <configuration>
          <packageSources>
            <clear />
            <add key="packed" value="{SecurityElement.Escape(feed)}" />
          </packageSources>
        </configuration>
        """;
}
