using System.Text.Json.Serialization;

namespace SandboxedBuild.Policies;

/// <summary>Writing without reflection.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class PolicyJson : JsonSerializerContext;
