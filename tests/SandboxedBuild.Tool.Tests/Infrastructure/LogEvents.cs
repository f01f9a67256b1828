using System.Text.Json.Nodes;
using Microsoft.Build.Framework;

namespace SandboxedBuild.Tool.Tests;

/// <summary>
/// A task that logs whatever events a test wants to have in a binlog: of versions that there are not yet, of builds that are hard to come by, of somebody who means harm. MSBuild
/// loads this assembly for it, without the tests' other assemblies.
/// </summary>
public sealed class LogEvents : ITask
{
    /// <inheritdoc/>
    public IBuildEngine BuildEngine { get; set; } = null!;

    /// <inheritdoc/>
    public ITaskHost? HostObject { get; set; }

    /// <summary>A file with an array of events: <c>type</c>, <c>message</c>, <c>data</c> (a text, or JSON).</summary>
    [Required]
    public string Events { get; set; } = string.Empty;

    /// <inheritdoc/>
    public bool Execute()
    {
        foreach (var logged in JsonNode.Parse(File.ReadAllText(Events))!.AsArray())
        {
            BuildEngine.LogMessageEvent(new ExtendedBuildMessageEventArgs((string)logged!["type"]!, (string?)logged["message"] ?? string.Empty, null, "Test", MessageImportance.Low)
            {
                ExtendedData = logged["data"] is JsonValue text ? (string?)text : logged["data"]!.ToJsonString(),
                ExtendedMetadata = new Dictionary<string, string?>(StringComparer.Ordinal),
            });
        }

        return true;
    }
}
