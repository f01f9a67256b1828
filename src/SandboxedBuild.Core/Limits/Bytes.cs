namespace SandboxedBuild.Limits;

/// <summary>Sizes for people.</summary>
internal static class Bytes
{
    /// <summary>A size with the unit in which it has up to four digits: <c>48 MB</c>.</summary>
    public static string Display(long bytes) => bytes switch
    {
        >= 10L << 30 => $"{bytes >> 30} GB",
        >= 10L << 20 => $"{bytes >> 20} MB",
        >= 10L << 10 => $"{bytes >> 10} KB",
        _ => $"{bytes} bytes",
    };
}
