using System.Text;
using Microsoft.Win32.SafeHandles;
using SandboxedBuild.Changes;
using SandboxedBuild.Interop;
using SandboxedBuild.Paths;

namespace SandboxedBuild.Diffs;

/// <summary>An entry before or after its change.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Text">What it says, in the form of <see cref="TextLines"/>: a file's text or a symlink's target; null for what is no text.</param>
/// <param name="Sha256">The hash of a file that is no text; null when it may not be read.</param>
internal sealed record Side(EntryType Type, uint Mode, long Size, string? Text, string? Sha256)
{
    /// <summary>A longer file is told by its hash.</summary>
    private const long LongestText = 8 * 1024 * 1024;

    /// <summary>As git decides it: text has no NUL in its beginning.</summary>
    private const int Beginning = 8000;

    /// <summary>The mode as git writes it, type included: <c>100644</c>.</summary>
    public string GitMode => Convert.ToString(Type == EntryType.SymbolicLink ? 0xa000 : 0x8000 | (int)Mode, 8);

    /// <summary>Whether a patch can say it.</summary>
    public bool IsText => Text is not null;

    /// <summary>Reads an entry of the upper layer or of the live tree.</summary>
    public static Side Read(Descriptor root, BytePath path, in EntryStat stat)
    {
        if (stat.Type is not (EntryType.File or EntryType.SymbolicLink))
        {
            return new(stat.Type, stat.Mode, 0, null, null);
        }

        using var parent = Opening.Directory(root, path.Parent);
        if (stat.Type == EntryType.SymbolicLink)
        {
            return new(stat.Type, stat.Mode, stat.Size, Encoding.Latin1.GetString(Naming.LinkTarget(parent, path.Name)), null);
        }

        var text = stat.Size <= LongestText ? TextOf(parent, path.Name) : null;
        return new(stat.Type, stat.Mode, stat.Size, text, text is null ? Contents.Digest(parent, path.Name, stat.Type)?["file ".Length..].ToLowerInvariant() : null);
    }

    private static string? TextOf(Descriptor parent, ReadOnlySpan<byte> name)
    {
        try
        {
            using var descriptor = Opening.OwnFile(parent, name);
            using var handle = new SafeFileHandle(descriptor.Number, ownsHandle: false);
            using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            using var content = new MemoryStream();
            stream.CopyTo(content);
            var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
            return bytes[..Math.Min(bytes.Length, Beginning)].Contains((byte)0) ? null : Encoding.Latin1.GetString(bytes);
        }
        catch (SystemCallException e) when (e.Error is Errno.AccessDenied or Errno.NotPermitted)
        {
            return null;
        }
    }
}
