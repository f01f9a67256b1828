using System.Runtime.InteropServices;

const string Text = "bubblewrap";
Console.WriteLine($"'{Text}' has {Tally.Count(Text, (byte)'b')} times the letter b, says C.");

internal static partial class Tally
{
    [LibraryImport("tally", EntryPoint = "tally_count", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Count(string text, byte wanted);
}
