using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SandboxedBuild.Policies;

/// <summary>What a person is asked of a step that no rule admits: who asks, for what command, and for what besides the strictest sandbox.</summary>
/// <param name="Project">The project's directory, absolute.</param>
/// <param name="Target">The target whose element holds the task.</param>
/// <param name="File">The full path of the file that defines the target.</param>
/// <param name="Command">The command, as it stands in the project, expanded.</param>
/// <param name="Grants">What the step asks for, a line each, in a fixed order: <c>network Host</c>, <c>ReadWrite /var/cache</c>, <c>variable TOKEN</c>.</param>
public sealed record GateQuestion(string Project, string Target, string File, string Command, ImmutableArray<string> Grants)
{
    /// <summary>Equal for the same question and for no other: SHA-256 over all of it, in hexadecimal digits.</summary>
    [JsonIgnore]
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, AskingJson.Default.GateQuestion)));
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
