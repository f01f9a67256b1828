using System.Text.Json;
using System.Text.Json.Serialization;

namespace SandboxedBuild.Overlays;

/// <summary>How long the backup of a commit is kept, so that the commit can be undone.</summary>
/// <param name="Count">How many commits of the same roots; the oldest go first.</param>
/// <param name="Age">How long each.</param>
public sealed record Retention(int Count, TimeSpan Age)
{
    private const string File = "commit.keep";

    /// <summary>Ten commits, for a week.</summary>
    public static Retention Default { get; } = new(10, TimeSpan.FromDays(7));

    /// <summary>Notes it in an overlay's state.</summary>
    internal void Write(string directory) =>
        System.IO.File.WriteAllBytes(Path.Combine(directory, File), JsonSerializer.SerializeToUtf8Bytes(this, RetentionJson.Default.Retention));

    /// <summary>Nothing is to be kept.</summary>
    internal static void Forget(string directory) => System.IO.File.Delete(Path.Combine(directory, File));

    /// <summary>When it was noted, which is when the commit was made; ids tell the second only.</summary>
    internal static DateTime NotedAt(string directory) => System.IO.File.GetLastWriteTimeUtc(Path.Combine(directory, File));

    /// <summary>What was noted; null when nothing is to be kept.</summary>
    internal static Retention? Read(string directory)
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(Path.Combine(directory, File)), RetentionJson.Default.Retention);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}

/// <summary>Reading and writing without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Retention))]
internal sealed partial class RetentionJson : JsonSerializerContext;
