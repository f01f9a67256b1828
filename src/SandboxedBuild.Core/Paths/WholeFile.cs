namespace SandboxedBuild.Paths;

/// <summary>Writes a file whole or not at all: who reads it meanwhile, or after a kill or on a full disk, sees the old one or the new one.</summary>
internal static class WholeFile
{
    /// <exception cref="IOException">It cannot be written; the old one stays.</exception>
    public static void Write(string path, byte[] contents)
    {
        var draft = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}");
        try
        {
            using (var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(contents);
                stream.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
