Console.WriteLine($"Words of six letters: {string.Join(", ", Words.All)}");
