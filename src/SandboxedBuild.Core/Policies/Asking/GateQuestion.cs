using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using SandboxedBuild.Sandboxing;

namespace SandboxedBuild.Policies;

/// <summary>What a person is asked of a step that no rule admits: who asks, for what command, and for what besides the strictest sandbox.</summary>
/// <param name="Project">The project's directory, absolute.</param>
/// <param name="Target">The target whose element holds the task.</param>
/// <param name="File">The full path of the file that defines the target.</param>
/// <param name="Command">The command, as it stands in the project, expanded.</param>
/// <param name="Grants">
/// How it is run and what it asks for, a line each, in a fixed order: <c>in /another/directory</c>, <c>root /another</c>, <c>shell /tools/sh</c>, <c>sets CI=1</c>, <c>network Host</c>,
/// <c>ReadWrite /var/cache</c>, <c>variable TOKEN</c>.
/// </param>
public sealed record GateQuestion(string Project, string Target, string File, string Command, ImmutableArray<string> Grants)
{
    /// <summary>The question about a step.</summary>
    /// <param name="step">The step; a command that is not to be shown is told apart by its hash.</param>
    /// <param name="missing">What it asks for and is not granted.</param>
    public static GateQuestion About(StepIdentity step, StepAccess missing) => new(
        step.Project,
        step.Target,
        step.File,
        Shown(step, step.Command),
        [
            .. step.Particulars,
            .. step.Variables.Select(variable => $"sets {Shown(step, variable)}"),
            .. missing.Network == NetworkAccess.None ? [] : new[] { $"network {missing.Network}" },
            .. missing.Paths.Select(static path => $"{path.Access} {path.Path}").Order(StringComparer.Ordinal),
            .. missing.Environment.Select(static name => $"variable {name}").Order(StringComparer.Ordinal),
        ]);

    /// <summary>Equal for the same question and for no other: SHA-256 over all of it, in hexadecimal digits.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, AskingJson.Default.GateQuestion)));

    private static string Shown(StepIdentity step, string text) => step.HidesCommand ? $"(not shown) {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}" : text;
}

/// <summary>A person's answer.</summary>
public enum GateAnswer
{
    /// <summary>The step does not run.</summary>
    No,

    /// <summary>It runs this time.</summary>
    Once,

    /// <summary>It runs, and the same question is not asked again.</summary>
    Always,
}

/// <summary>Reading and writing without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(GateQuestion))]
[JsonSerializable(typeof(GateAnswer))]
[JsonSerializable(typeof(ApprovalFile))]
internal sealed partial class AskingJson : JsonSerializerContext;
