using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using SandboxedBuild.Diagnostics;

namespace SandboxedBuild.Overlays;

/// <summary>How long the backup of a commit is kept, so that the commit can be undone.</summary>
/// <param name="Count">How many commits of the same roots; the oldest go first.</param>
/// <param name="Age">How long each.</param>
public sealed record Retention(int Count, TimeSpan Age)
{
    private const string File = "commit.keep";
    private const int Most = 100_000;

    /// <summary>Ten commits, for a week.</summary>
    public static Retention Default { get; } = new(10, TimeSpan.FromDays(7));

    /// <summary>As properties and options give it: texts, of which an empty one is the default's.</summary>
    /// <param name="count">How many commits.</param>
    /// <param name="days">How many days.</param>
    /// <param name="names">What the user calls the two.</param>
    /// <exception cref="SandboxException">One of them is no whole number, or a very large one.</exception>
    internal static Retention Parse(string? count, string? days, (string Count, string Days) names) =>
        new(Number(count, names.Count) ?? Default.Count, Number(days, names.Days) is { } number ? TimeSpan.FromDays(number) : Default.Age);

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

    private static int? Number(string? value, string name) =>
        string.IsNullOrWhiteSpace(value) ? null
        : int.TryParse(value.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= Most ? number
        : throw InputDiagnostics.InvalidValue(name, value, [$"a whole number from 0 to {Most}"]).AsException();
}

/// <summary>Reading and writing without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Retention))]
internal sealed partial class RetentionJson : JsonSerializerContext;
